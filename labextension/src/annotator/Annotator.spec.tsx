import axe from 'axe-core';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { Annotator } from './Annotator';
import { Controller } from './controller';
import { COMMANDS } from './keys';
import { ReviewStore } from './store';
import { exampleTransport, HOSTILE, sentence } from './testing/examples';
import { lendLayout } from './testing/layout';
import type { MemoryTransport } from './testing/memoryTransport';

interface Shown {
  host: HTMLElement;
  controller: Controller;
  store: ReviewStore;
  transport: MemoryTransport;
}

const roots: { root: Root; store: ReviewStore }[] = [];

beforeAll(lendLayout);

afterEach(() => {
  roots.splice(0).forEach(({ root, store }) => {
    root.unmount();
    store.dispose();
  });
  document.body.replaceChildren();
});

async function show(transport = exampleTransport()): Promise<Shown> {
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

function list(host: HTMLElement): HTMLElement {
  return host.querySelector('.tram-List') as HTMLElement;
}

function press(target: Element | null, key: string, init: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
  target?.dispatchEvent(event);
  return event;
}

function type(field: HTMLInputElement | HTMLTextAreaElement | null, text: string): void {
  if (field) {
    const prototype = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

/** The text of the sentence that is selected, by what a screen reader is told. */
function active(host: HTMLElement): string {
  const id = list(host).getAttribute('aria-activedescendant');
  return (id && document.getElementById(id)?.textContent) || '';
}

describe('the list', () => {
  it('is one tab stop whose options say state, text, and techniques', async () => {
    const { host } = await show();
    const box = list(host);
    expect([box.getAttribute('role'), box.tabIndex]).toEqual(['listbox', 0]);
    expect(active(host)).toContain('To review: The group ran PowerShell.T1059.001 PowerShell 92 %');
    const options = [...host.querySelectorAll('.tram-List [role=option]')];
    expect(options.map(option => option.getAttribute('aria-posinset'))).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(options.every(option => option.getAttribute('aria-setsize') === '6')).toBe(true);
    expect(box.querySelector('button, a, input')).toBeNull();
  });

  it('moves by keys, and Tab leaves it', async () => {
    const { host } = await show();
    press(list(host), 'j');
    await vi.waitFor(() => expect(active(host)).toContain('It printed'));
    press(list(host), 'End');
    await vi.waitFor(() => expect(active(host)).toContain('Nothing else'));
    press(list(host), 'ArrowUp');
    await vi.waitFor(() => expect(active(host)).toContain('Beacons'));
    expect(press(list(host), 'Tab').defaultPrevented).toBe(false);
  });

  it('holds few of many rows, and always the selected one', async () => {
    const many = Array.from({ length: 3_000 }, (_, place) => sentence(place + 1, `Sentence number ${place + 1}.`));
    const { host } = await show(exampleTransport(many));
    expect(host.querySelectorAll('.tram-List [role=option]').length).toBeLessThan(40);
    const box = list(host);
    box.scrollTo({ top: 60_000 });
    await vi.waitFor(() => expect(host.textContent).toContain('Sentence number 900.'));
    expect(active(host)).toContain('Sentence number 1.');
  });

  it('is chosen from by a click, and a click on a mark looks at its technique', async () => {
    const { host, controller } = await show();
    const mark = host.querySelector<HTMLElement>('.tram-List [data-attack-id="T1059.003"]');
    mark?.click();
    await vi.waitFor(() => expect(active(host)).toContain('A scheduled task'));
    expect(controller.marked).toBe('T1059.003');
  });
});

describe('deciding', () => {
  it('accepts with one key, goes on, and says that all is saved', async () => {
    const { host, transport } = await show();
    press(list(host), 'a');
    await vi.waitFor(() => expect(active(host)).toContain('It printed'));
    await vi.waitFor(() => expect(transport.sentencesNow[0]?.disposition).toBe('accept'));
    await vi.waitFor(() => expect(host.querySelector('.tram-Saved')?.textContent).toBe('All changes saved'));
    expect(host.querySelector('.tram-StatusBar')?.textContent).toContain('Accepted. 3 to review.');
    expect(host.querySelector('.tram-Progress')?.textContent).toContain('3 of 6 reviewed');
  });

  it('goes on past what is decided, to its end', async () => {
    const { host } = await show();
    ['r', 'A', 'n', 'a', 'a'].forEach(key => press(list(host), key, { shiftKey: key === 'A' }));
    await vi.waitFor(() => expect(active(host)).toContain('A scheduled task'));
    expect(active(host)).toContain('To review'); // number 2 was accepted by Shift+A, which stays; then 3
    press(list(host), 'a');
    await vi.waitFor(() => expect(host.textContent).toContain('The whole report is reviewed.'));
  });

  it('undoes and does again', async () => {
    const { host, transport } = await show();
    press(list(host), 'r');
    press(list(host), 'z', { ctrlKey: true });
    await vi.waitFor(() => expect(host.textContent).toContain('Undone: reject.'));
    expect(transport.sentencesNow[0]?.disposition).toBeNull();
    press(list(host), 'U', { shiftKey: true });
    await vi.waitFor(() => expect(host.textContent).toContain('Done again: reject.'));
  });

  it('shows a conflict until it was read', async () => {
    const { host, transport } = await show();
    transport.sentencesNow = transport.sentencesNow.map(item => ({ ...item, version: 9 }));
    press(list(host), 'a');
    const alert = host.querySelector('[role=alert]');
    await vi.waitFor(() => expect(alert?.textContent).toContain('Somebody changed this sentence'));
    alert?.querySelector('button')?.click();
    await vi.waitFor(() => expect(alert?.textContent).toBe(''));
  });

  it('accepts many at once, saying how many', async () => {
    const { host, transport } = await show();
    press(list(host), 'b');
    const panel = await vi.waitFor(() => host.querySelector('.tram-Bulk') ?? Promise.reject(new Error('no panel')));
    expect(document.activeElement).toBe(panel.querySelector('input'));
    type(panel.querySelector('input'), '60');
    const button = panel.querySelector<HTMLButtonElement>('button[type=submit]');
    await vi.waitFor(() => expect(button?.textContent).toBe('Accept 2 sentences'));
    button?.click();
    await vi.waitFor(() => expect(host.textContent).toContain('Accepted 2 sentences'));
    expect(transport.sentencesNow.filter(item => item.disposition === 'accept')).toHaveLength(3);
    expect(document.activeElement).toBe(list(host));
  });
});

describe('techniques', () => {
  it('shows tactics, excerpt, link, words that weighed, and examples', async () => {
    const { host } = await show();
    press(list(host), 'End');
    await vi.waitFor(() => expect(host.querySelector('.tram-Why-examples')?.textContent).toContain('Beacons went out'));
    const card = host.querySelector('.tram-Mapping[data-open=true]');
    expect(card?.textContent).toContain('Command and Control');
    expect(card?.textContent).toContain('What Application Layer Protocol is about …');
    expect(card?.querySelector('a')?.getAttribute('rel')).toBe('noopener noreferrer');
    expect(host.querySelector('.tram-Context-this mark')?.textContent).toBe('Nothing');
    expect(card?.textContent).toContain('linear, version 3, which gives it 61 % here');
  });

  it('marks words by characters, not units', async () => {
    const { host } = await show();
    press(list(host), 'j');
    await vi.waitFor(() => {
      const marked = [...host.querySelectorAll('.tram-Context-this mark')].map(mark => mark.textContent);
      expect(marked).toContain('slept');
    });
  });

  it('are added by typing, and the list has the focus again', async () => {
    const { host, transport } = await show();
    press(list(host), 't');
    const field = host.querySelector<HTMLInputElement>('.tram-Mappings [role=combobox]');
    expect(document.activeElement).toBe(field);
    type(field, 'schtasks');
    await vi.waitFor(() => expect(field?.getAttribute('aria-expanded')).toBe('true'));
    const option = document.getElementById(field?.getAttribute('aria-activedescendant') ?? '');
    expect(option?.textContent).toContain('T1053.005');
    expect(option?.textContent).toContain('also called schtasks');
    press(field, 'Enter');
    await vi.waitFor(() => expect(transport.sentencesNow[0]?.mappings.map(item => item.attack_id)).toContain('T1053.005'));
    expect(document.activeElement).toBe(list(host));
  });

  it('say so when none is called so, and Escape leaves', async () => {
    const { host } = await show();
    press(list(host), 't');
    const field = host.querySelector<HTMLInputElement>('.tram-Mappings [role=combobox]');
    type(field, 'zebra');
    await vi.waitFor(() => expect(host.textContent).toContain('No technique is called so.'));
    press(field, 'Escape');
    await vi.waitFor(() => expect(document.activeElement).toBe(list(host)));
    expect(field?.value).toBe('');
  });

  it('are removed, and suggested ones added, by a key', async () => {
    const { host, transport } = await show();
    press(list(host), 'x');
    await vi.waitFor(() => expect(transport.sentencesNow[0]?.mappings).toEqual([]));
    await vi.waitFor(() => expect(host.querySelector('.tram-Suggestions')).not.toBeNull());
    press(list(host), '1');
    await vi.waitFor(() => expect(transport.sentencesNow[0]?.mappings).toHaveLength(1));
  });

  it('bear notes and confidences', async () => {
    const { host, transport } = await show();
    press(list(host), 'e');
    const note = await vi.waitFor(() => host.querySelector('textarea') ?? Promise.reject(new Error('no form')));
    expect(document.activeElement).toBe(note);
    type(note, 'Seen before');
    const confidence = host.querySelector<HTMLInputElement>('.tram-MappingForm input');
    type(confidence, '150');
    await vi.waitFor(() => expect(host.textContent).toContain('A number from 0 to 100 is needed.'));
    type(confidence, '75');
    await vi.waitFor(() => expect(host.textContent).not.toContain('A number from 0 to 100'));
    press(note, 'Enter');
    await vi.waitFor(() => expect(transport.sentencesNow[0]?.mappings[0]?.note).toBe('Seen before'));
    expect(transport.sentencesNow[0]?.mappings[0]?.confidence).toBe('75.0');
    expect(press(note, 'j').defaultPrevented).toBe(false);
  });
});

describe('sentences', () => {
  it('are split where the arrow keys say', async () => {
    const { host, transport } = await show();
    press(list(host), 'j');
    await vi.waitFor(() => expect(active(host)).toContain('It printed'));
    press(list(host), 's');
    const slider = await vi.waitFor(() => host.querySelector('[role=slider]') ?? Promise.reject(new Error('no slider')));
    expect(document.activeElement).toBe(slider);
    expect(slider.getAttribute('aria-valuetext')).toBe('between “🐻” and “Then”');
    press(slider, 'ArrowRight');
    await vi.waitFor(() => expect(slider.getAttribute('aria-valuetext')).toBe('between “Then” and “it”'));
    press(slider, 'Enter');
    await vi.waitFor(() => expect(transport.sentencesNow.map(item => item.text)).toContain('it slept for an hour.'));
    expect(document.activeElement).toBe(list(host));
  });

  it('are filtered by text, which waits for the writer', async () => {
    const { host } = await show();
    press(list(host), '/');
    const field = host.querySelector<HTMLInputElement>('[aria-label="Filter by text"]');
    expect(document.activeElement).toBe(field);
    type(field, 'weather');
    await vi.waitFor(() => expect(host.querySelectorAll('.tram-List [role=option]')).toHaveLength(1));
    expect(host.textContent).toContain('1 shown');
    type(field, 'zebra');
    await vi.waitFor(() => expect(host.textContent).toContain('No sentence fits these filters.'));
    press(field, 'Escape');
    press(host.querySelector('.tram-Toolbar'), 'F', { shiftKey: true });
    await vi.waitFor(() => expect(host.querySelectorAll('.tram-List [role=option]')).toHaveLength(6));
  });
});

describe('keys', () => {
  it('are all listed, each once', async () => {
    const { host } = await show();
    press(list(host), '?', { shiftKey: true });
    await vi.waitFor(() => expect(host.querySelector('.tram-Keys')).not.toBeNull());
    const commands = COMMANDS.flatMap(group => group.commands);
    expect(host.querySelectorAll('.tram-Keys dd')).toHaveLength(commands.length);
    const keys = commands.flatMap(command => command.keys);
    expect(new Set(keys).size).toBe(keys.length);
    press(document.activeElement, 'Escape');
    await vi.waitFor(() => expect(host.querySelector('.tram-Keys')).toBeNull());
    expect(document.activeElement).toBe(list(host));
  });

  it('that stand for nothing pass', async () => {
    const { host } = await show();
    expect(press(list(host), 's', { ctrlKey: true }).defaultPrevented).toBe(false);
    expect(press(list(host), 'q').defaultPrevented).toBe(false);
  });
});

describe('the matrix', () => {
  it('opens with the focus in it, and a technique that is chosen filters', async () => {
    const { host } = await show();
    press(list(host), 'v');
    await vi.waitFor(() => expect(document.activeElement?.classList.contains('tram-Cell')).toBe(true));
    press(document.activeElement, 'ArrowDown');
    await vi.waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toContain('T1053.005 Scheduled Task'));
    await vi.waitFor(() => expect(host.querySelector('.tram-Evidence')?.textContent).toContain('A scheduled task started'));
    (document.activeElement as HTMLElement).click();
    await vi.waitFor(() => expect(host.querySelectorAll('.tram-List [role=option]')).toHaveLength(1));
  });
});

describe('what others wrote', () => {
  it('is text, wherever it stands', async () => {
    const { host, transport } = await show();
    press(list(host), 'j');
    await vi.waitFor(() => expect(host.querySelector('.tram-Note')?.textContent).toBe(HOSTILE));
    press(list(host), 'v');
    await vi.waitFor(() => expect(host.querySelector('.tram-Cell')).not.toBeNull());
    transport.changeAsAnother(1, { kind: 'remove', attack_id: 'T1059.001' }, HOSTILE);
    await vi.waitFor(() => expect(host.querySelector('.tram-StatusBar')?.textContent).toContain(HOSTILE));
    expect(host.querySelector('h2')?.textContent).toContain(HOSTILE);
    expect(host.querySelector('img, [href^=javascript]')).toBeNull();
    expect('broken' in window).toBe(false);
  });
});

/** Contrast cannot be seen without layout; the browser test looks at that. */
async function serious(host: HTMLElement): Promise<string[]> {
  const found = await axe.run(host, { rules: { 'color-contrast': { enabled: false } } });
  return found.violations
    .filter(item => item.impact === 'serious' || item.impact === 'critical')
    .map(item => `${item.id}: ${item.nodes[0]?.html}`);
}

describe('accessibility', () => {
  it.each(['', 'b', '?', 's', 'e', 'v'])('has no serious violation after %s', async key => {
    const { host } = await show();
    press(list(host), 'j');
    press(list(host), key, { shiftKey: key === '?' });
    await vi.waitFor(() => expect(host.textContent).not.toContain('Reading'));
    expect(await serious(host)).toEqual([]);
  });

  it('would be seen to be violated', async () => {
    const { host } = await show();
    list(host).removeAttribute('aria-label');
    host.querySelector('.tram-Toolbar select')?.removeAttribute('aria-label');
    host.querySelector('.tram-List-item')?.setAttribute('role', 'checkbox');
    expect((await serious(host)).length).toBeGreaterThan(0);
  });
});
