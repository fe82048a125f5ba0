import { describe, expect, it, vi } from 'vitest';

import { exampleTransport, sentence } from './testing/examples';
import { active, list, press, show, usePage } from './testing/page';

usePage();

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
    await vi.waitFor(() => expect(host.textContent).toMatch(/Sentence number 8\d\d\./));
    expect(active(host)).toContain('Sentence number 1.');
  });

  it('is chosen from by a click, and a click on a mark looks at its technique', async () => {
    const { host, controller } = await show();
    const mark = '.tram-List [data-attack-id="T1059.003"]';
    await vi.waitFor(() => expect(host.querySelector(mark)).not.toBeNull());
    host.querySelector<HTMLElement>(mark)?.click();
    await vi.waitFor(() => expect(active(host)).toContain('A scheduled task'));
    expect(controller.marked).toBe('T1059.003');
  });

  it('hands its focus to what stands there when no sentence fits, and gets it back', async () => {
    const { host, controller } = await show();
    list(host).focus();
    controller.filter({ text: 'nowhere to be found' });
    await vi.waitFor(() => expect(document.activeElement?.textContent).toBe('Clear all filters'));
    press(document.activeElement, 'F', { shiftKey: true });
    await vi.waitFor(() => expect(document.activeElement).toBe(list(host)));
  });
});
