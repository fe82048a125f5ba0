/** A page with the annotator over a workbench in memory, and a person at it. */
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeAll, expect, vi } from 'vitest';

import { Annotator } from '../Annotator';
import { Controller } from '../controller';
import { ReviewStore } from '../store';
import { exampleTransport } from './examples';
import { lendLayout } from './layout';
import type { MemoryTransport } from './memoryTransport';

export interface Shown {
  host: HTMLElement;
  controller: Controller;
  store: ReviewStore;
  transport: MemoryTransport;
}

const roots: { root: Root; store: ReviewStore }[] = [];

/** For every spec of a file: a page with a layout, and an empty one afterwards. */
export function usePage(): void {
  beforeAll(lendLayout);
  afterEach(() => {
    roots.splice(0).forEach(({ root, store }) => {
      root.unmount();
      store.dispose();
    });
    document.body.replaceChildren();
  });
}

export async function show(transport = exampleTransport()): Promise<Shown> {
  const host = document.body.appendChild(document.createElement('main'));
  const store = new ReviewStore(transport);
  const controller = new Controller(store);
  const root = createRoot(host);
  roots.push({ root, store });
  flushSync(() => root.render(<Annotator controller={controller} />));
  await store.open();
  await vi.waitFor(() => expect(host.querySelector('.tram-Context-this')?.textContent).toBeTruthy());
  return { host, controller, store, transport };
}

export function list(host: HTMLElement): HTMLElement {
  return host.querySelector('.tram-List') as HTMLElement;
}

export function press(target: Element | null, key: string, init: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
  target?.dispatchEvent(event);
  return event;
}

export function type(field: HTMLInputElement | HTMLTextAreaElement | null, text: string): void {
  if (field) {
    const prototype = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

/** The text of the sentence that is selected, by what a screen reader is told. */
export function active(host: HTMLElement): string {
  const id = list(host).getAttribute('aria-activedescendant');
  return (id && document.getElementById(id)?.textContent) || '';
}
