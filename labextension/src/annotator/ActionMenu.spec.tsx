import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, expect, it, vi } from 'vitest';

import { ActionMenu } from './ActionMenu';
import { press } from './testing/page';

let root: Root | null = null;

afterEach(() => {
  root?.unmount();
  document.body.replaceChildren();
});

function shown(run = vi.fn()): { run: typeof run; button: HTMLElement; items: () => HTMLElement[] } {
  const host = document.body.appendChild(document.createElement('div'));
  root = createRoot(host);
  const actions = ['Export…', 'Map Again…', 'Rename…'].map(label => ({ label, run: () => run(label) }));
  flushSync(() => root?.render(<ActionMenu actions={actions} />));
  const items = (): HTMLElement[] => [...host.querySelectorAll<HTMLElement>('[role=menuitem]')];
  return { run, button: host.querySelector('button') as HTMLElement, items };
}

it('opens on its first action, goes by arrows, and runs what is chosen', async () => {
  const { run, button, items } = shown();
  button.click();
  await vi.waitFor(() => expect(document.activeElement).toBe(items()[0]));
  expect(button.getAttribute('aria-expanded')).toBe('true');
  press(items()[0] ?? null, 'ArrowUp');
  expect(document.activeElement).toBe(items()[2]);
  press(items()[2] ?? null, 'ArrowDown');
  press(items()[0] ?? null, 'ArrowDown');
  expect(document.activeElement).toBe(items()[1]);
  items()[1]?.click();
  expect(run.mock.calls).toEqual([['Map Again…']]);
  await vi.waitFor(() => expect(button.getAttribute('aria-expanded')).toBe('false'));
  expect(document.activeElement).toBe(button);
});

it('closes on Escape without doing anything, and keeps its keys from what is around it', async () => {
  const { run, button, items } = shown();
  const around = vi.fn();
  document.body.addEventListener('keydown', around);
  button.click();
  await vi.waitFor(() => expect(document.activeElement).toBe(items()[0]));
  press(items()[0] ?? null, 'Escape');
  await vi.waitFor(() => expect(button.getAttribute('aria-expanded')).toBe('false'));
  expect(run).not.toHaveBeenCalled();
  document.body.removeEventListener('keydown', around);
});
