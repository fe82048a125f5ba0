import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { exampleTransport } from './testing/examples';
import { active, list, press, show, usePage } from './testing/page';
import { type PageSource, TransportFailure } from './transport';

usePage();

let asked: string[];
let failure: Error | null;

/** Two pages, the first sentence on the second of them in two lines. */
function source(first: number, second: number): PageSource {
  const answer = async <T,>(what: string, value: T): Promise<T> => {
    asked.push(what);
    if (failure !== null) {
      throw failure;
    }
    return value;
  };
  return {
    sizes: () =>
      answer('sizes', [
        [600, 800],
        [600, 800]
      ]),
    image: (number, width) => answer(`image ${number} ${width}`, new Blob(['page'])),
    boxes: number =>
      answer(`boxes ${number}`, [
        {
          id: first,
          boxes: [
            [0.1, 0.1, 0.5, 0.12],
            [0.1, 0.13, 0.3, 0.15]
          ]
        },
        { id: second, boxes: [[0.1, 0.3, 0.5, 0.32]] }
      ])
  };
}

async function shown(): Promise<Awaited<ReturnType<typeof show>> & { boxes: () => HTMLElement[] }> {
  const transport = exampleTransport();
  const [first, second] = transport.sentencesNow.map(sentence => sentence.id);
  transport.sentencesNow = transport.sentencesNow.map(sentence => ({ ...sentence, page: 2 }));
  const pages = source(first ?? 0, second ?? 0);
  const page = await show(Object.assign(transport, { pages }));
  return { ...page, boxes: () => [...page.host.querySelectorAll<HTMLElement>('.tram-Page-box')] };
}

beforeEach(() => {
  asked = [];
  failure = null;
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:page', revokeObjectURL: () => undefined }));
});

afterEach(() => vi.unstubAllGlobals());

describe('the page', () => {
  it('opens by a key at the page of the selected sentence, and marks it', async () => {
    const { host, boxes } = await shown();
    expect(asked).toEqual([]);
    press(list(host), 'g');
    await vi.waitFor(() => expect(boxes()).toHaveLength(3));
    expect(asked).toContain('image 2 1000');
    expect(host.textContent).toContain('Page 2 of 2');
    expect(boxes().map(box => box.getAttribute('aria-current'))).toEqual(['true', 'true', 'false']);
    expect(boxes()[0]?.style.left).toBe('10%');
    press(list(host), 'g');
    await vi.waitFor(() => expect(host.querySelector('.tram-Page')).toBeNull());
  });

  it('follows the selection, and selects what is clicked', async () => {
    const { host, boxes } = await shown();
    press(list(host), 'g');
    await vi.waitFor(() => expect(boxes()).toHaveLength(3));
    boxes()[2]?.click();
    await vi.waitFor(() => expect(boxes()[2]?.getAttribute('aria-current')).toBe('true'));
    expect(active(host)).toContain('It printed');
    expect(document.activeElement).toBe(list(host));
  });

  it('turns to other pages', async () => {
    const { host } = await shown();
    press(list(host), 'g');
    await vi.waitFor(() => expect(host.textContent).toContain('Page 2 of 2'));
    const [before, next] = host.querySelectorAll<HTMLButtonElement>('.tram-Page-head button');
    expect(next?.disabled).toBe(true);
    before?.click();
    await vi.waitFor(() => expect(asked).toContain('image 1 1000'));
  });

  it('says why there is none', async () => {
    failure = new TransportFailure('missing', 'This report has no document: it was imported.');
    const { host } = await shown();
    press(list(host), 'g');
    await vi.waitFor(() =>
      expect(host.querySelector('.tram-Page [role=alert]')?.textContent).toBe('This report has no pages.')
    );
  });

  it('is not offered where the host has none', async () => {
    const { host } = await show();
    expect([...host.querySelectorAll('.tram-Toolbar button')].map(item => item.textContent)).not.toContain('Document');
    press(list(host), 'g');
    await vi.waitFor(() => expect(host.textContent).toContain('The document is shown in JupyterLab'));
  });
});
