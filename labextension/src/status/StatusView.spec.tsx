import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { PREPARING, READY, TRAINING } from './examples';
import { StatusView } from './StatusView';
import type { FailureKind, ServerStatus, StatusState } from './status';

function show(state: StatusState, onRetry?: () => void): HTMLElement {
  const host = document.body.appendChild(document.createElement('div'));
  const root = createRoot(host);
  flushSync(() => root.render(<StatusView state={state} {...(onRetry ? { onRetry } : {})} />));
  return host;
}

function answered(status: ServerStatus): StatusState {
  return { kind: 'answered', status };
}

function headline(host: HTMLElement): string {
  return host.querySelector('[role=status]')?.textContent ?? '';
}

afterEach(() => document.body.replaceChildren());

describe('StatusView', () => {
  it('shows what is there once the server is ready', () => {
    const host = show(answered(READY));
    expect(headline(host)).toContain('Ready');
    expect(host.querySelector('[role=progressbar]')).toBeNull();
    const text = host.textContent ?? '';
    for (const fact of ['11,130', 'Enterprise 18.1', '691 techniques', 'version 3', 'ada', 'admin', '0.1.0']) {
      expect(text).toContain(fact);
    }
  });

  it('tells a screen reader how far the preparation is, outside the live region', () => {
    const host = show(answered(PREPARING));
    const bar = host.querySelector('[role=progressbar]');
    expect(bar?.getAttribute('aria-valuenow')).toBe('40');
    expect(bar?.getAttribute('aria-valuetext')).toBe('Loading ATT&CK, 40 %');
    expect(bar?.querySelector<HTMLElement>('div')?.style.width).toBe('40%');
    expect(headline(host)).toContain('Loading ATT&CK');
    expect(headline(host)).not.toContain('40');
  });

  it('counts the reports of people, and names the examples apart', () => {
    const host = show(answered(TRAINING));
    const counts = host.querySelector('.tram-Status-counts')?.textContent;
    expect(counts).toBe('0Reports0Sentences3In progress');
    expect(host.querySelector('.tram-Status-facts')?.textContent).toContain('ExamplesBuilt in 15,895 sentences');
    expect(show(answered(PREPARING)).textContent).not.toContain('Examples');
  });

  it('shows what is under way, each with how far it is', () => {
    const bars = [...show(answered(TRAINING)).querySelectorAll('[role=progressbar]')];
    expect(bars.map(bar => bar.getAttribute('aria-valuetext'))).toEqual([
      'Training of linear, 32 %',
      'Learning curve of nb, 0 %'
    ]);
    expect(show(answered(TRAINING)).textContent).toContain('waiting');
    const { tasks: _, ...older } = READY;
    expect(show(answered(older)).querySelector('[role=progressbar]')).toBeNull();
  });

  it('keeps progress between 0 and 100', () => {
    const host = show(answered({ ...PREPARING, preparing: { stage: 'Training', progress: 1.7 } }));
    expect(host.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')).toBe('100');
  });

  it('leaves the value out where nobody knows how far it is', () => {
    const host = show(answered({ ...PREPARING, preparing: null }));
    expect(host.querySelector('[role=progressbar]')?.hasAttribute('aria-valuenow')).toBe(false);
  });

  it('shows a failed preparation with the reason, even while it says it is preparing', () => {
    const host = show(answered({ ...PREPARING, error: 'The data folder is read-only.' }));
    expect(headline(host)).toContain('Preparation failed');
    expect(host.textContent).toContain('The data folder is read-only.');
    expect(host.querySelector('code')?.textContent).toBe('jupyter tram doctor');
    expect(host.querySelector('[role=progressbar]')).toBeNull();
  });

  it.each<[FailureKind, string, string]>([
    ['unreachable', 'Not reachable', 'does not answer'],
    ['unauthenticated', 'Signed out', 'Reload this page'],
    ['forbidden', 'Not permitted', 'jupyter tram user role'],
    ['missing', 'Not installed', 'jupyter server extension enable'],
    ['server', 'Server error', 'jupyter tram doctor']
  ])('says what to do when the server is %s', (failure, title, advice) => {
    const host = show({ kind: 'failed', failure, detail: 'the words of the server' });
    expect(headline(host)).toContain(title);
    expect(host.textContent).toContain(advice);
    expect(host.textContent?.includes('the words of the server')).toBe(failure !== 'unreachable');
  });

  it('asks again at a press of the button, which only a host that can do so shows', () => {
    const retry = vi.fn();
    const failed: StatusState = { kind: 'failed', failure: 'unreachable', detail: '' };
    show(failed, retry).querySelector('button')?.click();
    expect(retry).toHaveBeenCalledOnce();
    expect(show(failed).querySelector('button')).toBeNull();
  });

  it('shows markup in the server’s words as text', () => {
    const host = show(answered({ ...PREPARING, error: '<img src=x>', user: { name: '<b>eve</b>', role: 'viewer' } }));
    expect(host.querySelector('img, b')).toBeNull();
    expect(host.textContent).toContain('<b>eve</b>');
  });
});
