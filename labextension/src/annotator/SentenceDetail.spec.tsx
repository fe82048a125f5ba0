import { describe, expect, it, vi } from 'vitest';

import { exampleTransport, sentence } from './testing/examples';
import { active, list, press, show, type, usePage } from './testing/page';
import type { SentenceBody } from './types';

usePage();

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

  it('stay in sight: of long neighbours only what lies next to the sentence is shown', async () => {
    const long = (id: number): SentenceBody => sentence(id, `Begin${id} ${'🐻 and so on '.repeat(200)}end${id}.`);
    const { host } = await show(exampleTransport([long(1), sentence(2, 'In the middle.'), long(3)]));
    press(list(host), 'j');
    await vi.waitFor(() => expect(host.querySelector('.tram-Context-this')?.textContent).toBe('In the middle.'));
    const [before, after] = [...host.querySelectorAll('.tram-Context-other')].map(other => other.textContent ?? '');
    expect(before).toMatch(/^… .*end1\. $/s);
    expect(after).toMatch(/^Begin3 .* … $/s);
    expect(Math.max(...[before, after].map(text => text?.length ?? 0))).toBeLessThan(300);
    expect(`${before}${after}`).not.toContain('\ufffd');
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
    const { host, transport, controller } = await show();
    press(list(host), 'x');
    await vi.waitFor(() => expect(transport.sentencesNow[0]?.mappings).toEqual([]));
    press(list(host), '1');
    expect(controller.store.notice).toContain('still to come');
    await vi.waitFor(() => expect(host.querySelector('.tram-Suggestions')).not.toBeNull());
    press(list(host), '1');
    await vi.waitFor(() => expect(transport.sentencesNow[0]?.mappings).toHaveLength(1));
  });

  it('are decided about one by one, and the sentence with the last of them', async () => {
    const { host, transport } = await show();
    const fourth = (): SentenceBody | undefined => transport.sentencesNow[3];
    ['j', 'j', 'j', 'y'].forEach(key => press(list(host), key));
    await vi.waitFor(() => expect(fourth()?.mappings[0]?.disposition).toBe('accept'));
    expect(fourth()?.disposition).toBeNull();
    expect(host.querySelector('.tram-StatusBar')?.textContent).toContain('1 to decide on this sentence');
    press(list(host), 'd');
    await vi.waitFor(() => expect(fourth()?.disposition).toBe('accept'));
    expect(fourth()?.rejected_mappings.map(item => item.attack_id)).toEqual(['T1059.003']);
    press(list(host), 'u');
    await vi.waitFor(() => expect(fourth()?.disposition).toBeNull());
    await vi.waitFor(() => expect(host.querySelector('.tram-Mapping[data-state=accept]')).not.toBeNull());
  });

  it('stay in sight when they are rejected, and come back by the same keys', async () => {
    const { host, transport } = await show();
    press(list(host), 'd');
    await vi.waitFor(() => expect(transport.sentencesNow[0]?.disposition).toBe('reject'));
    press(list(host), 'k');
    const card = await vi.waitFor(() => {
      const found = host.querySelector('.tram-Mapping[data-state=reject]');
      expect(found?.textContent).toContain('Rejected');
      return found;
    });
    expect(card?.querySelector('[data-command=reject-technique]')?.getAttribute('aria-pressed')).toBe('true');
    press(list(host), 'y');
    await vi.waitFor(() => expect(transport.sentencesNow[0]?.disposition).toBe('accept'));
  });

  it('are decided throughout the report, by tactic', async () => {
    const { host, transport } = await show();
    press(list(host), 'l');
    const panel = await vi.waitFor(() => {
      const found = host.querySelector('.tram-Techniques');
      expect(found?.querySelectorAll('li').length).toBeGreaterThan(3);
      return found as HTMLElement;
    });
    const group = panel.querySelector<HTMLElement>('section[aria-label=Execution]');
    expect(group?.textContent).toContain('1 to decide');
    panel.querySelector<HTMLButtonElement>('[aria-label="Reject T1059.003 throughout"]')?.click();
    await vi.waitFor(() => expect(transport.sentencesNow[3]?.rejected_mappings).toHaveLength(1));
    expect(panel.contains(document.activeElement)).toBe(true);
    await vi.waitFor(() => expect(host.querySelector('.tram-StatusBar')?.textContent).toContain('Rejected T1059.003'));
    press(panel, 'Escape');
    await vi.waitFor(() => expect(host.querySelector('.tram-Techniques')).toBeNull());
  });

  it('that a search shows are sent with the decision', async () => {
    const { host, transport } = await show();
    const operate = vi.spyOn(transport, 'operate');
    press(list(host), 't');
    const field = host.querySelector<HTMLInputElement>('.tram-Mappings [role=combobox]');
    type(field, 'schtasks');
    await vi.waitFor(() => expect(field?.getAttribute('aria-expanded')).toBe('true'));
    press(field, 'Escape');
    press(list(host), 'a');
    await vi.waitFor(() => expect(operate).toHaveBeenCalled());
    expect(operate.mock.calls[0]?.[2]).toMatchObject({ kind: 'decide', searched: expect.arrayContaining(['T1053.005']) });
  });

  it('bear notes and confidences', async () => {
    const { host, transport, controller } = await show();
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
    expect(controller.store.notice).toBe('Changed T1059.001 PowerShell.');
    expect(transport.sentencesNow[0]?.mappings[0]?.confidence).toBe('75.0');
    expect(press(note, 'j').defaultPrevented).toBe(false);
  });
});

describe('the order', () => {
  it('begins with the most uncertain, and goes back to reading', async () => {
    const { host, controller } = await show();
    press(list(host), 'o');
    await vi.waitFor(() => expect(active(host)).toContain('It printed')); // 55 %
    expect(host.querySelector<HTMLSelectElement>('[aria-label="Order"]')?.value).toBe('uncertainty');
    press(list(host), 'o');
    await vi.waitFor(() => expect(controller.store.rows?.ids).toEqual([1, 2, 3, 4, 5, 6]));
    expect(active(host)).toContain('It printed');
  });
});

describe('filtering by technique', () => {
  it('takes one that was typed, and none where the field is empty', async () => {
    const { host } = await show();
    press(list(host), 'T', { shiftKey: true });
    const field = host.querySelector<HTMLInputElement>('[aria-label="Filter by technique"]');
    expect(document.activeElement).toBe(field);
    type(field, 'T1071');
    await vi.waitFor(() => expect(field?.hasAttribute('aria-activedescendant')).toBe(true));
    press(field, 'Enter');
    await vi.waitFor(() => expect(host.querySelectorAll('.tram-List [role=option]')).toHaveLength(2));
    expect(field?.value).toBe('T1071 Application Layer Protocol');
    press(list(host), 'T', { shiftKey: true });
    type(field, '');
    await vi.waitFor(() => expect(field?.value).toBe(''));
    expect(field?.hasAttribute('aria-activedescendant')).toBe(false);
    press(field, 'Enter');
    await vi.waitFor(() => expect(host.querySelectorAll('.tram-List [role=option]')).toHaveLength(6));
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
    expect(slider.getAttribute('aria-valuetext')).toBe('between “true">.” and “🐻”');
    press(slider, 'ArrowRight');
    await vi.waitFor(() => expect(slider.getAttribute('aria-valuetext')).toBe('between “🐻” and “Then”'));
    press(slider, 'Enter');
    await vi.waitFor(() => expect(transport.sentencesNow.map(item => item.text)).toContain('Then it slept for an hour.'));
    expect(document.activeElement).toBe(list(host));
  });

  it('give the focus back to the list when what was asked for before closes their editor', async () => {
    const { host, controller } = await show();
    press(list(host), 's');
    await vi.waitFor(() => expect(document.activeElement?.getAttribute('role')).toBe('slider'));
    controller.moveTo(3); // as an order does that arrives late
    await vi.waitFor(() => expect(document.activeElement).toBe(list(host)));
    expect(host.querySelector('[role=slider]')).toBeNull();
  });

  it('give the focus back to the list when the button that was pressed goes with its technique', async () => {
    const { host } = await show();
    press(list(host), 'End');
    const card = await vi.waitFor(() => {
      const found = host.querySelector('.tram-Mapping[data-open=true]');
      expect(found?.textContent).toContain('Application Layer Protocol');
      return found;
    });
    const remove = card?.querySelector<HTMLButtonElement>('[aria-keyshortcuts=X]');
    remove?.focus();
    expect(document.activeElement).toBe(remove);
    remove?.click();
    await vi.waitFor(() => expect(document.activeElement).toBe(list(host)));
    expect(remove?.isConnected).toBe(false);
  });

  it('of a single word are not split, and that is said where a screen reader hears it', async () => {
    const { host, controller } = await show(exampleTransport([sentence(1, 'MITIGATION')]));
    press(list(host), 's');
    await vi.waitFor(() => expect(host.querySelector('.tram-StatusBar-notice')?.textContent).toContain('single word'));
    expect(controller.editing).toBeNull();
    expect(host.querySelector('.tram-Context-this')?.textContent).toBe('MITIGATION');
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
