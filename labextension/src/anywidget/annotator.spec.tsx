import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { exampleTransport } from '../annotator/testing/examples';
import { lendLayout } from '../annotator/testing/layout';
import type { MemoryTransport } from '../annotator/testing/memoryTransport';
import { rowsOf } from '../annotator/testing/memoryTransport';
import type { BulkAction, Operation, RowsQuery } from '../annotator/types';
import widget from './annotator';
import { FakeModel, type Request } from './testing/fakeModel';

/** What the kernel's end does with a request. */
function serve(transport: MemoryTransport, { method, params }: Request): Promise<unknown> {
  const { sentence, version, operation, key, ids, attack_id } = params as {
    sentence: number;
    version: number;
    operation: Operation;
    key: string;
    ids: number[];
    attack_id: string;
  };
  const methods: Record<string, () => Promise<unknown>> = {
    session: () => transport.session(),
    attack: () => transport.attack(),
    report: () => transport.report(),
    rows: () => transport.rows(params as unknown as RowsQuery),
    sentences: () => transport.sentences(ids),
    operate: () => transport.operate(sentence, version, operation, key),
    bulk: () => transport.bulk(params['action'] as BulkAction, key),
    undo: () => transport.undo(params['steps'] as number, key),
    explanation: () => transport.explanation(sentence, attack_id),
    suggestions: () => transport.suggestions(sentence)
  };
  return methods[method]?.() ?? Promise.reject({ kind: 'invalid', message: `No method ${method}.` });
}

function rendered(model: FakeModel): { el: HTMLElement; end: () => void } {
  const el = document.body.appendChild(document.createElement('div'));
  return { el, end: widget.render({ model, el }) };
}

function press(el: HTMLElement, key: string, init: KeyboardEventInit = {}): void {
  const target = el.querySelector('.tram-List') ?? el;
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }));
}

beforeAll(lendLayout);
afterEach(() => {
  document.body.replaceChildren();
  localStorage.clear();
});

describe('the annotator below a cell', () => {
  it('reviews over the comm, and shows the same place when it is drawn again', async () => {
    const transport = exampleTransport();
    const model = new FakeModel();
    model.serve = request => serve(transport, request);
    const first = rendered(model);
    await vi.waitFor(() => expect(first.el.querySelector('.tram-Context-this')?.textContent).toContain('PowerShell'));
    press(first.el, 'a');
    await vi.waitFor(() => expect(transport.sentencesNow[0]?.disposition).toBe('accept'));
    await vi.waitFor(() => expect(first.el.querySelector('.tram-Saved')?.textContent).toBe('All changes saved'));
    first.end();
    expect([first.el.textContent, model.listenerCount()]).toEqual(['', 0]);

    const again = rendered(model);
    await vi.waitFor(() => expect(again.el.querySelector('.tram-Detail h3')?.textContent).toContain('Sentence 2'));
    again.end();
  });

  it('keeps its keys from the notebook, but not save, palette and sidebar', async () => {
    const model = new FakeModel();
    const { el, end } = rendered(model);
    const heard: string[] = [];
    const hear = (event: KeyboardEvent): number => heard.push(event.key);
    document.addEventListener('keydown', hear);
    ['a', 'x', 'Enter', 'Escape', 'Tab', 'ArrowDown'].forEach(key => press(el, key));
    press(el, 'Enter', { ctrlKey: true });
    press(el, 'Enter', { altKey: true });
    press(el, 'z', { metaKey: true });
    press(el, 's', { ctrlKey: true });
    press(el, 'C', { ctrlKey: true, shiftKey: true });
    press(el, 'b', { metaKey: true });
    document.removeEventListener('keydown', hear);
    expect(heard).toEqual(['s', 'C', 'b']);
    end();
  });

  it('shows its snapshot where no kernel answers, at the height that was asked for', async () => {
    const transport = exampleTransport();
    const sentences = transport.sentencesNow.slice(0, 3);
    const model = new FakeModel();
    model.traits.set('height', 700);
    model.traits.set('snapshot', { report: transport.workbench.report, rows: rowsOf(sentences), sentences });
    const { el, end } = rendered(model);
    await vi.waitFor(() => expect(el.querySelectorAll('.tram-List [role=option]')).toHaveLength(3));
    expect(el.style.getPropertyValue('--tram-height')).toBe('700px');
    model.set('height', 10);
    expect(el.style.getPropertyValue('--tram-height')).toBe('320px');
    end();
  });
});
