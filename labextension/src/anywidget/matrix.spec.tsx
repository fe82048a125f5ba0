import { afterEach, describe, expect, it, vi } from 'vitest';

import { exampleTransport, HOSTILE, SENTENCES } from '../annotator/testing/examples';
import widget from './matrix';
import { FakeModel } from './testing/fakeModel';

function rendered(model: FakeModel): { el: HTMLElement; end: () => void } {
  const el = document.body.appendChild(document.createElement('div'));
  return { el, end: widget.render({ model, el }) };
}

function served(sentences = SENTENCES): FakeModel {
  const transport = exampleTransport(sentences);
  const model = new FakeModel();
  model.traits.set('title', HOSTILE);
  model.serve = ({ method, params }) => {
    const answers: Record<string, () => Promise<unknown>> = {
      session: () => transport.session(),
      attack: () => transport.attack(),
      counts: () => transport.counts(),
      evidence: () => transport.evidence(String(params['attack_id'])),
      layer: () => Promise.resolve({ name: 'layer.json', type: 'application/json', text: '{}' })
    };
    return answers[method]?.() ?? Promise.reject({ kind: 'invalid', message: method });
  };
  return model;
}

afterEach(() => document.body.replaceChildren());

describe('the matrix below a cell', () => {
  it('shows what was found, and tells the kernel what was chosen', async () => {
    const model = served();
    const { el, end } = rendered(model);
    await vi.waitFor(() => expect(el.querySelectorAll('.tram-Cell').length).toBeGreaterThan(4));
    const cell = [...el.querySelectorAll<HTMLElement>('.tram-Cell')].find(item => item.textContent?.includes('T1071'));
    expect(cell?.textContent).toBe('T1071 Application Layer Protocol: 1 accepted, best 97 %1');
    cell?.focus();
    await vi.waitFor(() => expect(el.querySelector('.tram-Evidence q')?.textContent).toBe('Beacons went out over HTTPS.'));
    cell?.click();
    expect([model.get('selected'), model.saved]).toEqual(['T1071', 1]);
    await vi.waitFor(() => expect(cell?.getAttribute('aria-pressed')).toBe('true'));
    cell?.click();
    expect(model.get('selected')).toBe('');
    expect(el.querySelector('img')).toBeNull();
    expect(el.querySelector('h2')?.textContent).toBe(HOSTILE);
    end();
    expect(model.listenerCount()).toBe(0);
  });

  it('counts again after a change, and shows all techniques on request', async () => {
    const model = served(SENTENCES.slice(0, 1));
    const { el, end } = rendered(model);
    await vi.waitFor(() => expect(el.querySelector('.tram-Cell')).not.toBeNull());
    const before = model.sent.filter(request => request.method === 'counts').length;
    model.receive({ event: 'change', action: 'accept', position: 1, sentences: [1], user: 'ada' });
    expect(model.sent.filter(request => request.method === 'counts')).toHaveLength(before + 1);
    const found = el.querySelectorAll('.tram-Cell').length;
    el.querySelector<HTMLInputElement>('input[type=checkbox]')?.click();
    await vi.waitFor(() => expect(el.querySelectorAll('.tram-Cell').length).toBeGreaterThan(found));
    end();
  });

  it('gives out pictures and the layer as files', async () => {
    const model = served();
    const { el, end } = rendered(model);
    const kept: { name: string; blob: Blob }[] = [];
    let last: Blob | undefined;
    vi.stubGlobal('URL', {
      ...URL,
      createObjectURL: (blob: Blob) => {
        last = blob;
        return 'blob:x';
      },
      revokeObjectURL: () => undefined
    });
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function keep(this: HTMLAnchorElement) {
      kept.push({ name: this.download, blob: last as Blob });
    });
    await vi.waitFor(() => expect(el.querySelector('.tram-Cell')).not.toBeNull());
    const button = (text: string): HTMLElement | undefined =>
      [...el.querySelectorAll<HTMLElement>('button')].find(item => item.textContent === text);
    button('SVG')?.click();
    button('Navigator layer')?.click();
    await vi.waitFor(() => expect(kept).toHaveLength(2));
    expect(kept.map(file => file.name)).toEqual(['img-src-x-onerror-window-broken-true.svg', 'layer.json']);
    expect(kept[0]?.blob.type).toBe('image/svg+xml');
    click.mockRestore();
    vi.unstubAllGlobals();
    end();
  });
});
