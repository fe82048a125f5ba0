// @vitest-environment node
import { afterEach, describe, expect, it, vi } from 'vitest';

import { Controller } from './controller';
import { keyName, perform } from './keys';
import { ReviewStore } from './store';
import { exampleTransport, MemoryStorage, sentence } from './testing/examples';
import type { MemoryTransport } from './testing/memoryTransport';
import { TransportFailure } from './transport';
import type { Operation, SentenceBody } from './types';
import { WideActions } from './wideActions';

const ACCEPT: Operation = { kind: 'decide', disposition: 'accept' };
const REJECT: Operation = { kind: 'decide', disposition: 'reject' };
const MANY = Array.from({ length: 300 }, (_, place) => sentence(place + 1, `Sentence ${place + 1}.`));

const stores: ReviewStore[] = [];

async function opened(transport: MemoryTransport, storage = new MemoryStorage()): Promise<ReviewStore> {
  const store = new ReviewStore(transport, { storage });
  stores.push(store);
  await store.open();
  await settled();
  return store;
}

/** Let everything that is under way come to its end. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 2_000; turn++) {
    await Promise.resolve();
  }
}

function rejected(transport: MemoryTransport): number[] {
  return transport.sentencesNow.filter(item => item.disposition === 'reject').map(item => item.id);
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, place) => place + 1);
}

function asked(transport: MemoryTransport, method: string): number {
  return transport.asked.filter(item => item === method).length;
}

afterEach(() => {
  stores.splice(0).forEach(store => store.dispose());
  vi.useRealTimers();
});

describe('keys without a pause between them', () => {
  it('all count, whether or not their sentences are loaded', async () => {
    const transport = exampleTransport(MANY);
    const store = await opened(transport);
    const controller = new Controller(store);
    expect(keyName({ key: 'r', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false })).toBe('R');
    for (let press = 0; press < 200; press++) {
      perform(controller, 'reject');
    }
    expect(store.reading?.tally).toEqual({ accepted: 0, rejected: 200, reviewing: 100 });
    expect(store.selected).toBe(201);
    await settled();
    expect(rejected(transport)).toEqual(upTo(200));
    expect(store.status.text).toBe('All changes saved');
    expect(asked(transport, 'sentences')).toBeLessThan(12);
  });

  it('go to sentences that are not loaded with their techniques, too', async () => {
    const transport = exampleTransport(MANY);
    const store = await opened(transport);
    const controller = new Controller(store);
    perform(controller, 'last');
    controller.add('T1071');
    perform(controller, 'accept-stay');
    await settled();
    const last = transport.sentencesNow[299];
    expect([last?.disposition, last?.mappings[0]?.attack_id]).toEqual(['accept', 'T1071']);
  });

  it('are given up, and said, where a sentence turns out to be gone', async () => {
    const transport = exampleTransport(MANY);
    const store = await opened(transport);
    transport.sentencesNow = transport.sentencesNow.filter(item => item.id !== 250);
    store.take(REJECT, 250);
    store.take(REJECT, 1);
    await settled();
    expect(store.warnings[0]?.text).toContain('Not done: Reject. The sentence is not there any more.');
    expect(rejected(transport)).toEqual([1]);
    expect(store.outbox.size).toBe(0);
  });

  it('wait for a sentence that could not be loaded at once', async () => {
    vi.useFakeTimers();
    const transport = exampleTransport(MANY);
    const store = await opened(transport);
    transport.failNext('sentences', new TransportFailure('server', 'Not now.'));
    store.take(REJECT, 250);
    await settled();
    expect(rejected(transport)).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(rejected(transport)).toEqual([250]);
  });
});

describe('undo', () => {
  async function after(steps: number, storage = new MemoryStorage()): Promise<[MemoryTransport, ReviewStore]> {
    const transport = exampleTransport(MANY);
    const store = await opened(transport, storage);
    upTo(steps).forEach(id => store.take(REJECT, id));
    await settled();
    transport.asked.length = 0;
    return [transport, store];
  }

  it('of many presses is few requests', async () => {
    const [transport, store] = await after(30);
    const wide = new WideActions(store);
    const presses = upTo(20).map(() => wide.undo());
    expect(store.status.text).toBe('Undoing…');
    expect(store.outbox.size).toBe(20);
    await Promise.all(presses);
    await settled();
    expect(rejected(transport)).toEqual(upTo(10));
    expect([asked(transport, 'undo'), asked(transport, 'sentences')]).toEqual([2, 2]);
    expect(store.selected).toBe(11);
    expect(store.notice).toBe('Undone: 19 actions, the last of them reject.');
    upTo(20).forEach(() => void wide.redo());
    await settled();
    expect(rejected(transport)).toEqual(upTo(30));
    expect(asked(transport, 'redo')).toBe(2);
  });

  it('takes its turn among the steps, in the order of the keys', async () => {
    const [transport, store] = await after(0);
    const wide = new WideActions(store);
    store.take(REJECT, 1);
    store.take(REJECT, 2);
    void wide.undo();
    store.take(ACCEPT, 2);
    store.take(REJECT, 3);
    void wide.undo();
    void wide.undo();
    store.take(REJECT, 4);
    await settled();
    expect(rejected(transport)).toEqual([1, 4]);
    expect(transport.sentencesNow[1]?.disposition).toBeNull();
    expect(store.warnings).toEqual([]);
  });

  it('goes on where the workbench turned only some of them', async () => {
    const [transport, store] = await after(12);
    transport.mostSteps = 5;
    const wide = new WideActions(store);
    await Promise.all(upTo(12).map(() => wide.undo()));
    expect(rejected(transport)).toEqual([]);
    expect(asked(transport, 'undo')).toBe(4);
    expect(store.outbox.size).toBe(0);
  });

  it('says where it could not go further', async () => {
    const [transport, store] = await after(3);
    const wide = new WideActions(store);
    await Promise.all(upTo(9).map(() => wide.undo()));
    expect(rejected(transport)).toEqual([]);
    expect(store.warnings.map(item => item.text)).toEqual(['There is nothing of yours to undo here.']);
  });

  it('is kept without a connection, and done when it is back', async () => {
    const storage = new MemoryStorage();
    const [transport, store] = await after(5, storage);
    const wide = new WideActions(store);
    transport.become('lost');
    store.take(ACCEPT, 6);
    await settled();
    void wide.undo(); // takes back what was not sent
    void wide.undo();
    void wide.undo();
    expect(store.notice).toBe('Undo is kept until the connection is back.');
    await settled();
    expect(store.status.text).toBe('Not connected. 2 changes not saved, kept in this browser.');
    transport.become('live');
    await settled();
    expect(rejected(transport)).toEqual(upTo(3));
    expect(storage.length).toBe(1); // the place
  });
});

describe('a cell that is run again', () => {
  it('loses nothing of what was pressed before, and does nothing twice', async () => {
    vi.useFakeTimers();
    const storage = new MemoryStorage();
    const transport = exampleTransport(MANY);
    const store = await opened(transport, storage);
    const wide = new WideActions(store);
    transport.delay = 10;
    upTo(8).forEach(id => store.take(REJECT, id));
    upTo(3).forEach(() => void wide.undo());
    void wide.split(MANY[99] as SentenceBody, 8);
    store.take(REJECT, 200);
    await vi.advanceTimersByTimeAsync(35); // three are saved, one is on its way
    expect(rejected(transport)).toHaveLength(3);
    expect(store.outbox.size).toBe(10);
    store.dispose(); // what is on its way is done all the same, and nobody hears of it
    transport.link = 'live';
    await vi.advanceTimersByTimeAsync(5);
    const opening = opened(transport, storage);
    await vi.advanceTimersByTimeAsync(2_000);
    const next = await opening;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(rejected(transport)).toEqual([...upTo(5), 200]);
    expect(transport.sentencesNow.filter(item => item.text === '100.' || item.text === 'Sentence')).toHaveLength(2);
    expect(next.warnings).toEqual([]);
    expect(next.status.text).toBe('All changes saved');
    expect(storage.length).toBe(1); // the place
  });

  it('takes over nothing that is none of ours', async () => {
    const storage = new MemoryStorage();
    storage.setItem('tram:memory:7:steps:x', JSON.stringify([null, 7, {}, { key: 'k' }, { wide: 1, key: 'k' }, 'steps']));
    storage.setItem('tram:memory:7:steps:y', '{');
    const store = await opened(exampleTransport(MANY), storage);
    expect([store.outbox.size, store.status.text]).toEqual([0, 'All changes saved']);
  });
});
