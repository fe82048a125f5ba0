import { describe, expect, it, vi } from 'vitest';

import { COMMANDS } from './keys';
import { HOSTILE } from './testing/examples';
import { active, list, press, show, type, usePage } from './testing/page';

usePage();

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
    ['r', 'A', 'n', 'a'].forEach(key => press(list(host), key, { shiftKey: key === 'A' }));
    await vi.waitFor(() => expect(active(host)).toContain('A scheduled task'));
    expect(active(host)).toContain('To review'); // 2 was accepted by Shift+A, which stays
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
    const button = (text: string): HTMLElement | undefined =>
      [...(alert?.querySelectorAll('button') ?? [])].find(item => item.textContent === text);
    expect(active(host)).toContain('It printed'); // where the person went on to
    button('Show it')?.click();
    await vi.waitFor(() => expect(active(host)).toContain('The group ran'));
    button('Got it')?.click();
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
    await vi.waitFor(() => expect(document.activeElement?.textContent).toContain('T1053.005 Scheduled Task'));
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

describe('the matrix', () => {
  it('has the focus before its counts are there, and gives it back', async () => {
    const { host, transport } = await show();
    transport.counts = () => new Promise(() => undefined);
    list(host).focus();
    press(list(host), 'v');
    await vi.waitFor(() => expect(document.activeElement?.className).toBe('tram-MatrixPane'));
    press(document.activeElement, 'Escape');
    await vi.waitFor(() => expect(document.activeElement).toBe(list(host)));
  });
});
