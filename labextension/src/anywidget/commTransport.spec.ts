// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { RemoteChange, TransportFailure } from '../annotator/transport';
import { CommChannel, commMatrixSource, commTransport } from './commTransport';
import { FakeModel } from './testing/fakeModel';

const PATIENCE = { interval: 1_000, slow: 300, ended: 400 };
const SESSION = { workbench: 'w', boot: 'one', position: 5, user: 'ada', may_review: true };

let model: FakeModel;
let channel: CommChannel;

beforeEach(() => {
  vi.useFakeTimers();
  model = new FakeModel();
  channel = new CommChannel(model, PATIENCE);
});

afterEach(() => {
  channel.dispose();
  vi.useRealTimers();
});

describe('requests', () => {
  it('bear the names that the kernel knows', () => {
    const transport = commTransport(channel);
    const ignore = (): void => undefined;
    transport.operate(12, 3, { kind: 'decide', disposition: 'accept' }, 'k1').catch(ignore);
    transport.explanation(12, 'T1059').catch(ignore);
    transport.split(12, 3, 40, 'k2').catch(ignore);
    transport.bulk({ action: 'accept-above', confidence: 80 }, 'k3').catch(ignore);
    commMatrixSource(channel).layer().catch(ignore);
    expect(model.sent.map(({ method, params }) => [method, params])).toEqual([
      ['operate', { sentence: 12, version: 3, operation: { kind: 'decide', disposition: 'accept' }, key: 'k1' }],
      ['explanation', { sentence: 12, attack_id: 'T1059' }],
      ['split', { sentence: 12, version: 3, at: 40, key: 'k2' }],
      ['bulk', { action: { action: 'accept-above', confidence: 80 }, key: 'k3' }],
      ['layer', {}]
    ]);
    expect(new Set(model.sent.map(request => request.id)).size).toBe(5);
  });

  it('take the answers meant for them, in any order, and no others', async () => {
    const first = channel.request('report');
    const second = channel.request('attack');
    const [one, two] = model.sent;
    model.receive({ client: 'another', id: one?.id, result: 'not mine' });
    model.receive('noise');
    model.receive({ client: two?.client, id: two?.id, result: 'second' });
    model.receive({ client: one?.client, id: one?.id, result: 'first' });
    model.receive({ client: one?.client, id: one?.id, result: 'again' });
    expect(await Promise.all([first, second])).toEqual(['first', 'second']);
  });

  it('fail with the kernel’s words', async () => {
    const failing = channel.request('operate').catch((error: unknown) => error);
    model.refuse({ kind: 'conflict', message: 'Changed since.', current: { id: 12 } });
    const failure = (await failing) as TransportFailure;
    expect([failure.kind, failure.message, failure.current]).toEqual(['conflict', 'Changed since.', { id: 12 }]);
    const strange = channel.request('operate').catch((error: unknown) => error);
    model.refuse({ kind: 'unheard of' });
    expect(((await strange) as TransportFailure).kind).toBe('server');
  });
});

describe('the link', () => {
  it('is slow while nobody answers, and nothing is given up', async () => {
    const links: string[] = [];
    channel.onLink(link => links.push(link));
    const waiting = channel.request('report');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(links).toEqual(['slow']);
    expect(model.sent.filter(request => request.method === 'report')).toHaveLength(1);
    expect(model.sent.filter(request => request.method === 'session')).toHaveLength(1);
    model.answer('report', 'at last');
    expect(await waiting).toBe('at last');
    expect(channel.link).toBe('live');
  });

  it('is lost while the comm refuses, and found again', async () => {
    model.broken = true;
    await expect(channel.request('report')).rejects.toMatchObject({ kind: 'offline' });
    expect(channel.link).toBe('lost');
    model.broken = false;
    await vi.advanceTimersByTimeAsync(1_100);
    model.answer('session', SESSION);
    expect(channel.link).toBe('live');
  });

  it('is lost while the kernel reaches no workbench, and soon asks again', async () => {
    const failing = channel.request('operate').catch((error: unknown) => error);
    model.refuse({ kind: 'offline', message: 'Nobody answers.' });
    expect(((await failing) as TransportFailure).kind).toBe('offline');
    expect(channel.link).toBe('lost');
    await vi.advanceTimersByTimeAsync(PATIENCE.slow + 10);
    model.answer('session', SESSION);
    expect(channel.link).toBe('live');
  });

  it('ends when the comm was closed and nobody answers', async () => {
    const waiting = channel.request('operate').catch((error: unknown) => error);
    model.fire('comm_live_update');
    await vi.advanceTimersByTimeAsync(500);
    expect(channel.link).toBe('ended');
    expect(((await waiting) as TransportFailure).kind).toBe('offline');
    await expect(channel.request('report')).rejects.toMatchObject({ kind: 'offline' });
  });

  it('goes on when the comm was opened again', async () => {
    model.fire('comm_live_update');
    model.answer('session', SESSION);
    await vi.advanceTimersByTimeAsync(500);
    expect(channel.link).toBe('live');
  });

  it('gives up what another kernel was asked', async () => {
    channel.check();
    model.answer('session', SESSION);
    await vi.advanceTimersByTimeAsync(0);
    const lost = channel.request('operate').catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1_100);
    model.answer('session', { ...SESSION, boot: 'two' });
    expect(((await lost) as TransportFailure).kind).toBe('offline');
    expect(channel.link).toBe('live');
  });
});

describe('changes', () => {
  it('are told, and noticed where nobody told', async () => {
    const changes: RemoteChange[] = [];
    channel.onChange(change => changes.push(change));
    channel.check();
    model.answer('session', SESSION);
    model.receive({ event: 'change', action: 'accept', position: 6, sentences: [1, 'x'], user: 'bob' });
    expect(changes).toEqual([{ action: 'accept', position: 6, sentences: [1], user: 'bob' }]);
    await vi.advanceTimersByTimeAsync(1_100);
    model.answer('session', { ...SESSION, position: 6 });
    expect(changes).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_100);
    model.answer('session', { ...SESSION, position: 9 });
    expect(changes[1]).toEqual({ action: '', position: 9, sentences: [], user: null });
  });
});

it('leaves nothing behind', () => {
  channel.dispose();
  expect(model.listenerCount()).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
