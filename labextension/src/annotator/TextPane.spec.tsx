import { describe, expect, it, vi } from 'vitest';

import { exampleTransport, HOSTILE } from './testing/examples';
import { active, list, press, show, type, usePage } from './testing/page';
import { type BlockBody, TransportFailure } from './transport';

usePage();

async function shown(): Promise<Awaited<ReturnType<typeof show>> & { sentences: () => HTMLElement[] }> {
  const transport = exampleTransport();
  const pages = {
    sizes: () => Promise.reject(new TransportFailure('missing', 'This report has no document: it was imported.')),
    image: () => Promise.reject(new Error('not asked for')),
    boxes: () => Promise.reject(new Error('not asked for'))
  };
  const text = async (): Promise<{ text: string; ids: number[]; starts: number[]; ends: number[]; blocks: BlockBody[] }> => {
    const texts = transport.sentencesNow.map(sentence => sentence.text);
    const starts = texts.map((_, index) => [...texts.slice(0, index).join('\n')].length + (index > 0 ? 1 : 0));
    const ends = texts.map((item, index) => (starts[index] ?? 0) + [...item].length);
    const end = ends[2] ?? 0;
    const blocks: BlockBody[] = [
      { start: starts[2] ?? 0, end, kind: 'heading', level: 2 },
      ...[3, 4].map(place => ({ start: starts[place] ?? 0, end: ends[place] ?? 0, kind: 'item' as const, level: 0 }))
    ];
    return { text: texts.join('\n'), ids: transport.sentencesNow.map(sentence => sentence.id), starts, ends, blocks };
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

  it('shows headings and lists as such, and dismisses a section', async () => {
    const { host, transport } = await shown();
    const heading = host.querySelector('.tram-Text-heading');
    expect(heading?.querySelector('h4')?.textContent).toBe('The weather was fine.');
    expect([...host.querySelectorAll('.tram-Text li')].map(item => item.textContent)).toHaveLength(2);
    const bulk = vi.spyOn(transport, 'bulk');
    heading?.querySelector('button')?.click();
    await vi.waitFor(() => expect(bulk).toHaveBeenCalled());
    expect(bulk.mock.calls[0]?.[0]).toEqual({ action: 'dismiss-section', sentences: [3] });
    await vi.waitFor(() => expect(host.querySelector('.tram-StatusBar')?.textContent).toContain('No technique in 1 sentence'));
  });

  it('makes a sentence of what is selected, with a technique', async () => {
    const { host, transport, sentences } = await shown();
    const extract = vi.spyOn(transport, 'extract');
    const words = sentences()[1]?.firstChild as Text;
    const range = document.createRange();
    range.setStart(words, words.data.indexOf('🐻'));
    range.setEnd(words, words.data.indexOf(' for an hour'));
    window.getSelection()?.removeAllRanges();
    window.getSelection()?.addRange(range);
    const pane = host.querySelector('.tram-Text') as HTMLElement;
    pane.dispatchEvent(new MouseEvent('mouseup', { bubbles: true }));
    const bar = await vi.waitFor(() => {
      const found = host.querySelector<HTMLElement>('.tram-Text-selection');
      expect(found?.textContent).toContain('🐻 Then it slept');
      return found as HTMLElement;
    });
    const field = bar.querySelector('input');
    type(field, 'T1059.003');
    await vi.waitFor(() => expect(field?.getAttribute('aria-expanded')).toBe('true'));
    press(field, 'Enter');
    await vi.waitFor(() => expect(extract).toHaveBeenCalled());
    const whole = transport.workbench.sentences.map(sentence => sentence.text).join('\n');
    const excerpt = extract.mock.calls[0]?.[0];
    expect([...whole].slice(excerpt?.start, excerpt?.end).join('')).toBe('🐻 Then it slept');
    expect(excerpt).toMatchObject({ text: '🐻 Then it slept', attack_id: 'T1059.003' });
    expect(host.querySelector('.tram-Text-selection')).toBeNull();
    await vi.waitFor(() => expect(host.querySelector('.tram-StatusBar')?.textContent).toContain('A sentence of its own'));
  });

  it('offers nothing where nothing is selected', async () => {
    const { host } = await shown();
    window.getSelection()?.removeAllRanges();
    host.querySelector('.tram-Text')?.dispatchEvent(new MouseEvent('mouseup', { bubbles: true }));
    expect(host.querySelector('.tram-Text-selection')).toBeNull();
  });
});
