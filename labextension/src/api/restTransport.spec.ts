import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { EVERYTHING } from '../annotator/rowsQuery';
import type { RemoteChange, Transport } from '../annotator/transport';
import { READY } from '../status/examples';
import { FakeEvents, FakeServer, json, type Routes } from '../testing/tramServer';
import { changesOf, restTransport } from './restTransport';

const SENTENCE = { id: 12, report: 5, text: 'It ran.', version: 4, disposition: null, mappings: [] };

function row(id: number, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { id, batch: `b${id}`, action: 'accept', user: 'ada', target: 'sentence', target_id: 12, report: 5, ...changes };
}

let fake: FakeServer;
let events: FakeEvents;
let transport: Transport;
let log: Record<string, unknown>[];

function start(routes: Routes = {}): void {
  log = [row(7)];
  fake = new FakeServer({
    'GET api/tram/status': { ...READY, workbench: 'w1', user: { name: 'ben', role: 'analyst' } },
    'GET api/tram/log': () => log,
    'GET api/sentences/12/': SENTENCE,
    ...routes
  });
  events = new FakeEvents();
  transport = restTransport(fake.server, 5, events, { idle: 5_000, lost: 2_000, slow: 3_000 });
}

async function failureOf(work: Promise<unknown>): Promise<{ kind: string; message: string; current: unknown }> {
  return work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: { kind: string; message: string; current: unknown }) => error
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  start();
});

afterEach(() => {
  transport.dispose();
  vi.useRealTimers();
});

describe('the session', () => {
  it('tells who works on which store, and where the log stands', async () => {
    expect(await transport.session()).toEqual({ workbench: 'w1', boot: '', position: 7, user: 'ben', may_review: true });
  });

  it('lets a viewer only look', async () => {
    start({ 'GET api/tram/status': { ...READY, user: { name: 'vic', role: 'viewer' } } });
    expect((await transport.session()).may_review).toBe(false);
  });
});

describe('requests', () => {
  it('ask for rows as the filter says', async () => {
    start({ 'GET api/tram/reports/5/rows': { ids: [], states: '', least: [] } });
    const filter = { ...EVERYTHING.filter, disposition: 'none' as const, least: 0, technique: 'T1059', text: 'a b' };
    await transport.rows({ filter, order: 'certainty' });
    const [asked] = fake.of('GET', 'api/tram/reports/5/rows');
    expect(Object.fromEntries(asked?.query ?? [])).toMatchObject({
      disposition: 'none',
      'attack-id': 'T1059',
      'min-confidence': '0',
      text: 'a b',
      order: 'certainty'
    });
  });

  it('ask for many sentences in parts', async () => {
    start({
      'GET api/sentences/': (asked: { query: URLSearchParams }) =>
        (asked.query.get('ids') ?? '').split(',').map(id => ({ ...SENTENCE, id: Number(id) }))
    });
    const found = await transport.sentences(Array.from({ length: 450 }, (_, index) => index + 1));
    expect(found.map(item => item.id)).toHaveLength(450);
    expect(fake.of('GET', 'api/sentences/')).toHaveLength(3);
  });

  it('take a step under its version and key', async () => {
    start({ 'POST api/tram/sentences/12/step': { ...SENTENCE, version: 5, disposition: 'accept' } });
    const done = await transport.operate(12, 4, { kind: 'decide', disposition: 'accept' }, 'key1');
    expect(done.version).toBe(5);
    const [asked] = fake.of('POST', 'api/tram/sentences/12/step');
    expect(asked?.headers.get('If-Match')).toBe('"4"');
    expect(asked?.headers.get('Idempotency-Key')).toBe('key1');
    expect(asked?.body).toEqual({ kind: 'decide', disposition: 'accept' });
  });
});

describe('failures', () => {
  it('are conflicts with the sentence as it is, where somebody changed it', async () => {
    start({ 'POST api/tram/sentences/12/step': json({ detail: 'Somebody changed it.' }, 412) });
    const failure = await failureOf(transport.operate(12, 3, { kind: 'decide', disposition: 'accept' }, 'k'));
    expect(failure).toMatchObject({ kind: 'conflict', message: 'Somebody changed it.', current: SENTENCE });
  });

  it('are conflicts, too, where the technique of a step is gone', async () => {
    start({ 'POST api/tram/sentences/12/step': json({ detail: 'No such technique.' }, 404) });
    expect((await failureOf(transport.operate(12, 4, { kind: 'remove', attack_id: 'T1' }, 'k'))).kind).toBe('conflict');
  });

  it('say that the sentence itself is gone', async () => {
    start({
      'POST api/tram/sentences/12/step': json({ detail: 'Gone.' }, 404),
      'GET api/sentences/12/': json({ detail: 'Gone.' }, 404)
    });
    const failure = await failureOf(transport.operate(12, 4, { kind: 'decide', disposition: 'accept' }, 'k'));
    expect(failure).toMatchObject({ kind: 'missing', current: null });
  });

  it.each([
    [400, 'invalid'],
    [403, 'forbidden'],
    [429, 'busy'],
    [503, 'busy'],
    [502, 'offline'],
    [500, 'server']
  ])('of status %i are told as %s', async (status, kind) => {
    start({ 'GET api/reports/5/': json({ detail: 'because' }, status) });
    expect(await failureOf(transport.report())).toMatchObject({ kind });
  });
});

describe('the link', () => {
  it('is lost when nobody answers, and found again by itself', async () => {
    const states: string[] = [];
    transport.onLink(state => states.push(state));
    fake.isDown = true;
    expect((await failureOf(transport.report())).kind).toBe('offline');
    expect(transport.link).toBe('lost');
    fake.isDown = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(states).toEqual(['lost', 'live']);
  });

  it('is slow where an answer takes long', async () => {
    let answer: (body: unknown) => void = () => undefined;
    start({ 'GET api/reports/5/': () => undefined });
    vi.spyOn(fake.server, 'report').mockReturnValue(new Promise(resolve => (answer = resolve as typeof answer)));
    const asked = transport.report();
    await vi.advanceTimersByTimeAsync(3_100);
    expect(transport.link).toBe('slow');
    answer({});
    await asked;
    expect(transport.link).toBe('live');
  });
});

describe('changes', () => {
  it('are read when an event announces one of this report, and told with who made them', async () => {
    const told: RemoteChange[] = [];
    await transport.session();
    transport.onChange(change => told.push(change));
    log = [row(9, { user: 'eve', action: 'reject' }), ...log];
    events.emit({ kind: 'review', action: 'reject', report: 6, sentences: [1] });
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toEqual([]);
    events.emit({ kind: 'review', action: 'reject', report: 5, sentences: [12] });
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toEqual([{ action: 'reject', position: 9, sentences: [12], user: 'eve' }]);
  });

  it('are found without events, too', async () => {
    const told: RemoteChange[] = [];
    await transport.session();
    transport.onChange(change => told.push(change));
    log = [row(8, { user: 'eve' }), ...log];
    await vi.advanceTimersByTimeAsync(5_100);
    expect(told.map(change => change.position)).toEqual([8]);
  });

  it('of one action are one, with every sentence of its mappings', () => {
    const rows = [
      row(3, { batch: 'x', target: 'mapping', target_id: 1, before: null, after: { sentence_id: 20 } }),
      row(2, { batch: 'x', target: 'mapping', target_id: 2, before: { sentence_id: 11 }, after: null }),
      row(1, { batch: 'w', target: 'report', target_id: 5 })
    ];
    const changes = changesOf(rows as unknown as Parameters<typeof changesOf>[0]);
    expect(changes.map(change => [change.position, change.sentences])).toEqual([
      [1, []],
      [3, [11, 20]]
    ]);
  });

  it('end with the transport', () => {
    expect(events.size).toBe(1);
    transport.dispose();
    expect([events.size, transport.link]).toEqual([0, 'ended']);
  });
});
