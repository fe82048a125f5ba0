import { describe, expect, it, vi } from 'vitest';

import { exampleTransport, HOSTILE } from './testing/examples';
import { active, list, press, show, usePage } from './testing/page';
import { TransportFailure } from './transport';

usePage();

async function shown(): Promise<Awaited<ReturnType<typeof show>> & { sentences: () => HTMLElement[] }> {
  const transport = exampleTransport();
  const pages = {
    sizes: () => Promise.reject(new TransportFailure('missing', 'This report has no document: it was imported.')),
    image: () => Promise.reject(new Error('not asked for')),
    boxes: () => Promise.reject(new Error('not asked for'))
  };
  const text = async (): Promise<{ text: string; ids: number[]; starts: number[]; ends: number[] }> => {
    const texts = transport.sentencesNow.map(sentence => sentence.text);
    const starts = texts.map((_, index) => [...texts.slice(0, index).join('\n')].length + (index > 0 ? 1 : 0));
    const ends = texts.map((item, index) => (starts[index] ?? 0) + [...item].length);
    return { text: texts.join('\n'), ids: transport.sentencesNow.map(sentence => sentence.id), starts, ends };
  };
  const page = await show(Object.assign(transport, { pages, text }));
  press(list(page.host), 'g');
  const sentences = (): HTMLElement[] => [...page.host.querySelectorAll<HTMLElement>('.tram-Text-sentence')];
  await vi.waitFor(() => expect(sentences().length).toBeGreaterThan(3));
  return { ...page, sentences };
}

describe('the text', () => {
  it('is shown where there are no pages, as text and never as markup', async () => {
    const { host, sentences } = await shown();
    expect(sentences()[0]?.textContent).toContain('The group ran');
    expect(host.querySelector('.tram-Text')?.textContent).toContain(HOSTILE);
    expect(host.querySelector('.tram-Text img, .tram-Text script')).toBeNull();
  });

  it('marks the selected sentence and what became of each', async () => {
    const { host, sentences } = await shown();
    expect(sentences().map(item => item.dataset['current'])).toContain('true');
    press(list(host), 'a');
    await vi.waitFor(() => expect(sentences()[0]?.dataset['state']).toBe('accept'));
    await vi.waitFor(() => expect(sentences()[1]?.dataset['current']).toBe('true'));
  });

  it('selects what is clicked', async () => {
    const { host, sentences } = await shown();
    sentences()[2]?.click();
    await vi.waitFor(() => expect(sentences()[2]?.dataset['current']).toBe('true'));
    expect(active(host)).toContain(sentences()[2]?.textContent?.slice(0, 10));
  });
});
