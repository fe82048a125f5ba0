import { CommandRegistry } from '@lumino/commands';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { keepKeys, keepKeysAround } from './keyboard';

const CODES: Record<string, number> = { a: 65, d: 68, s: 83, b: 66, C: 67, Enter: 13, ArrowDown: 40, '1': 49, z: 90 };

const ends: (() => void)[] = [];
let ran: string[] = [];

/** A notebook whose commands look at keys in one phase or the other, as JupyterLab's and Notebook 7's do. */
function notebook(isCapturing: boolean): HTMLElement {
  const registry = new CommandRegistry();
  const bind = (keys: string, selector: string): void => {
    registry.addCommand(`${keys} ${selector}`, { execute: () => ran.push(keys) });
    registry.addKeyBinding({ command: `${keys} ${selector}`, keys: [keys], selector });
  };
  ['A', '1', 'Enter', 'Shift Enter', 'ArrowDown', 'Ctrl Z'].forEach(keys => bind(keys, '.jp-Notebook :focus'));
  ['Ctrl S', 'Ctrl B', 'Ctrl Shift C'].forEach(keys => bind(keys, 'body'));
  const process = (event: KeyboardEvent): void => registry.processKeydownEvent(event);
  document.addEventListener('keydown', process, isCapturing);
  ends.push(() => document.removeEventListener('keydown', process, isCapturing));
  const found = document.body.appendChild(document.createElement('div'));
  found.className = 'jp-Notebook';
  found.tabIndex = 0;
  return found;
}

function press(key: string, init: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, keyCode: CODES[key] ?? 0, bubbles: true, cancelable: true, ...init });
  document.activeElement?.dispatchEvent(event);
  return event;
}

beforeEach(() => {
  ran = [];
});

afterEach(() => {
  ends.splice(0).forEach(end => end());
  document.body.replaceChildren();
});

describe.each([
  ['on their way down', true],
  ['on their way up', false]
])('keys that a notebook looks at %s', (_, isCapturing) => {
  function field(host: HTMLElement): HTMLElement {
    const list = host.appendChild(document.createElement('div'));
    list.tabIndex = 0;
    return list.appendChild(document.createElement('input'));
  }

  it('are the notebook’s without us', () => {
    field(notebook(isCapturing)).focus();
    ['a', '1', 'Enter'].forEach(key => press(key));
    expect(ran).toEqual(['A', '1', 'Enter']);
  });

  it('stay in the widget, wherever in it the focus is, but save, palette and sidebar', async () => {
    const host = notebook(isCapturing).appendChild(document.createElement('div'));
    vi.resetModules();
    const another = await import('./keyboard'); // as two tables of one panel keep it, each with its own module
    ends.push(keepKeys(host), another.keepKeys(host));
    const seen: string[] = [];
    host.addEventListener('keydown', event => seen.push(event.key));
    const input = field(host);
    for (const element of [input, input.parentElement, host.appendChild(field(host))]) {
      element?.focus();
      ['a', '1', 'Enter', 'ArrowDown'].forEach(key => press(key));
      press('Enter', { shiftKey: true });
      press('z', { ctrlKey: true });
    }
    expect(ran).toEqual([]);
    expect(seen).toHaveLength(18);
    const save = press('s', { ctrlKey: true });
    press('C', { ctrlKey: true, shiftKey: true });
    press('b', { ctrlKey: true });
    expect(ran).toEqual(['Ctrl S', 'Ctrl Shift C', 'Ctrl B']);
    expect(save.defaultPrevented, 'the browser saves no page').toBe(true);
  });

  it('are the browser’s where the notebook does not want them', () => {
    const host = notebook(isCapturing).appendChild(document.createElement('div'));
    ends.push(keepKeys(host));
    field(host).focus();
    expect(press('s', { metaKey: true }).defaultPrevented).toBe(false);
  });

  it('stay in the controls around a table, from the first on', () => {
    const panel = notebook(isCapturing).appendChild(document.createElement('div'));
    panel.className = 'tram-Controls';
    const table = document.createElement('div');
    ends.push(keepKeysAround(table, '.tram-Controls')); // drawn before it is put anywhere
    const select = panel.appendChild(document.createElement('select'));
    panel.append(table);
    select.focus();
    ['a', 'ArrowDown'].forEach(key => press(key));
    field(table).focus();
    press('a');
    expect(ran).toEqual([]);
  });
});
