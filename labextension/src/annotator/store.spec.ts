// @vitest-environment node
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EVERYTHING } from './rowsQuery';
import { ReviewStore } from './store';
import { exampleTransport, MemoryStorage, SENTENCES } from './testing/examples';
import type { MemoryTransport } from './testing/memoryTransport';
import { TransportFailure } from './transport';
import type { Operation } from './types';
import { WideActions } from './wideActions';

const ACCEPT: Operation = { kind: 'decide', disposition: 'accept' };
const REJECT: Operation = { kind: 'decide', disposition: 'reject' };

const stores: ReviewStore[] = [];

async function opened(transport = exampleTransport(), storage = new MemoryStorage()): Promise<ReviewStore> {
  const store = new ReviewStore(transport, { storage });
  stores.push(store);
  await store.open();
  store.cache.want(SENTENCES.map(sentence => sentence.id));
  await settled();
  return store;
}

/** Let everything that is under way come to its end. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) {
    await Promise.resolve();
  }
}

function truth(transport: MemoryTransport, id: number): unknown {
  return transport.sentencesNow.find(sentence => sentence.id === id)?.disposition;
}

afterEach(() => {
  stores.splice(0).forEach(store => store.dispose());
  vi.useRealTimers();
});

describe('a step', () => {
  it('shows at once, and is saved', async () => {
    const transport = exampleTransport();
    const store = await opened(transport);
    expect(store.status.text).toBe('All changes saved');
    store.take(ACCEPT, 1);
    expect(store.sentence(1)?.disposition).toBe('accept');
    expect(store.status.text).toBe('Saving 1 change…');
    expect(store.reading?.tally).toEqual({ accepted: 2, rejected: 1, reviewing: 3 });
    await settled();
    expect(truth(transport, 1)).toBe('accept');
    expect(store.status.text).toBe('All changes saved');
  });

  it('follows another of its sentence only when that is acknowledged, and in order', async () => {
    const transport = exampleTransport();
    const store = await opened(transport);
    transport.asked.length = 0;
    const add: Operation = { kind: 'add', attack_id: 'T1071', confidence: 100, note: '' };
    const note: Operation = { kind: 'change', attack_id: 'T1071', note: 'seen before' };
    [add, note, ACCEPT].forEach(step => store.take(step, 3));
    expect(transport.asked.filter(method => method === 'operate')).toHaveLength(1);
    expect(store.sentence(3)?.mappings[0]?.note).toBe('seen before');
    await settled();
    expect(transport.asked.filter(method => method === 'operate')).toHaveLength(3);
    expect(transport.sentencesNow.find(item => item.id === 3)?.mappings[0]?.note).toBe('seen before');
    expect(truth(transport, 3)).toBe('accept');
  });

  it('is saved after those that were taken before it, on whichever sentence: undo takes back the last', async () => {
    const transport = exampleTransport();
    const store = await opened(transport);
    transport.asked.length = 0;
    store.take({ kind: 'add', attack_id: 'T1071', confidence: 100, note: '' }, 3);
    store.take(ACCEPT, 3);
    store.take(ACCEPT, 1);
    expect(transport.asked.filter(method => method === 'operate')).toHaveLength(1);
    await new WideActions(store).undo();
    await settled();
    expect(truth(transport, 1)).toBeNull();
    expect(truth(transport, 3)).toBe('accept');
  });

  it('is refused to those who may only read', async () => {
    const transport = exampleTransport();
    transport.session_.may_review = false;
    const store = await opened(transport);
    expect(store.take(ACCEPT, 1)).toBe(false);
    expect(store.warnings[0]?.text).toContain('not review');
  });

  it('that meets a newer sentence is given up with all that follow it, and said', async () => {
    const transport = exampleTransport();
    const store = await opened(transport);
    transport.become('live');
    transport.sentencesNow = transport.sentencesNow.map(item =>
      item.id === 1 ? { ...item, disposition: 'reject', version: 50 } : item
    );
    store.take(ACCEPT, 1);
    store.take({ kind: 'remove', attack_id: 'T1059.001' }, 1);
    await settled();
    expect(store.warnings[0]?.text).toBe(
      'Not done: Accept, Remove T1059.001. Somebody changed this sentence meanwhile; it is shown as it is now.'
    );
    expect(store.sentence(1)?.disposition).toBe('reject');
    expect(store.outbox.size).toBe(0);
    store.take(ACCEPT, 1);
    await settled();
    expect(truth(transport, 1)).toBe('accept');
  });

  it('that somebody else has taken, too, is no conflict', async () => {
    const transport = exampleTransport();
    const store = await opened(transport);
    transport.sentencesNow = transport.sentencesNow.map(item =>
      item.id === 1 ? { ...item, disposition: 'accept', version: 50 } : item
    );
    store.take(ACCEPT, 1);
    await settled();
    expect(store.warnings).toEqual([]);
    expect(store.outbox.size).toBe(0);
  });

  it.each(['forbidden', 'invalid', 'server'] as const)('that is %s is taken back and said', async kind => {
    const transport = exampleTransport();
    const store = await opened(transport);
    transport.failNext('operate', new TransportFailure(kind, 'The words of the workbench.'));
    store.take(ACCEPT, 1);
    await settled();
    expect(store.warnings[0]?.text).toBe('Not done: Accept. The words of the workbench.');
    expect(store.sentence(1)?.disposition).toBeNull();
  });

  it('is sent again when the workbench was busy', async () => {
    vi.useFakeTimers();
    const transport = exampleTransport();
    const store = await opened(transport);
    transport.failNext('operate', new TransportFailure('busy', 'Later.'));
    store.take(ACCEPT, 1);
    await settled();
    expect(store.outbox.size).toBe(1);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(truth(transport, 1)).toBe('accept');
  });
});

describe('without a connection', () => {
  it('steps wait, are counted in words, and are sent when it is back', async () => {
    const transport = exampleTransport();
    const store = await opened(transport);
    transport.become('lost');
    store.take(ACCEPT, 1);
    store.take(REJECT, 2);
    await settled();
    expect(store.status.text).toBe('Not connected. 2 changes not saved, kept in this browser.');
    transport.become('live');
    await settled();
    expect([truth(transport, 1), truth(transport, 2)]).toEqual(['accept', 'reject']);
    expect(store.status.text).toBe('All changes saved');
  });

  it('undo takes back what was not sent', async () => {
    const transport = exampleTransport();
    const store = await opened(transport);
    transport.become('lost');
    store.take(ACCEPT, 1);
    store.take(REJECT, 2);
    await settled();
    await new WideActions(store).undo();
    expect(store.sentence(2)?.disposition).toBeNull();
    expect(store.outbox.size).toBe(1);
    expect(store.notice).toContain('Reject');
  });

  it('what was not saved is sent by the next view, once, with the version that the person saw', async () => {
    const storage = new MemoryStorage();
    const transport = exampleTransport();
    const store = await opened(transport, storage);
    transport.become('lost');
    store.take(ACCEPT, 1);
    store.take(ACCEPT, 2);
    await settled();
    store.dispose();
    transport.become('live');
    transport.changeAsAnother(2, { kind: 'add', attack_id: 'T1071', confidence: 90, note: '' });
    const next = await opened(transport, storage);
    await settled();
    expect(truth(transport, 1)).toBe('accept');
    expect(truth(transport, 2)).toBeNull();
    expect(next.warnings[0]?.text).toContain('Not done: Accept');
    expect(storage.length).toBe(1); // the place
  });

  it('a split is not begun', async () => {
    const transport = exampleTransport();
    const store = await opened(transport);
    transport.become('lost');
    const sentence = store.sentence(2);
    await (sentence && new WideActions(store).split(sentence, 5));
    expect(store.warnings[0]?.text).toContain('needs the connection');
    expect(transport.asked).not.toContain('split');
  });

  it('says why it cannot open, and opens when the link is there', async () => {
    const transport = exampleTransport();
    transport.failNext('session', new TransportFailure('offline', 'Nobody answers.'));
    const store = await opened(transport);
    expect(store.failure).toBe('Nobody answers.');
    transport.become('live');
    await settled();
    expect(store.failure).toBeNull();
    expect(store.rows?.length).toBe(6);
  });

  it('does not say that all is saved before it has read what an earlier view left', async () => {
    const store = new ReviewStore(exampleTransport(), { storage: new MemoryStorage() });
    stores.push(store);
    const opening = store.open();
    const early = new Set<string>();
    for (let turn = 0; turn < 40; turn++) {
      await Promise.resolve();
      if (store.rows === null) {
        early.add(store.status.text);
      }
    }
    await opening;
    expect([...early]).toEqual(['Connecting…']);
    expect(store.status.text).toBe('All changes saved');
  });

  it('shows the snapshot until it is connected', () => {
    const transport = exampleTransport();
    const rows = { ids: [1, 2], states: '..', least: [null, null] };
    const snapshot = { report: transport.workbench.report, rows, sentences: SENTENCES.slice(0, 2) };
    const store = new ReviewStore(transport, { snapshot });
    stores.push(store);
    expect(store.current?.text).toBe('The group ran PowerShell.');
    expect(store.take(ACCEPT, 1)).toBe(false);
  });

  it('counts the whole report while a part of it is shown', () => {
    const transport = exampleTransport();
    const report = { ...transport.workbench.report, total_sentences: 90, accepted_sentences: 20, reviewing_sentences: 60 };
    const rows = { ids: [1, 2], states: '..', least: [null, null] };
    const store = new ReviewStore(transport, { snapshot: { report, rows, before: 30, sentences: SENTENCES.slice(0, 2) } });
    stores.push(store);
    expect(store.reading?.total).toBe(90);
    expect(store.reading?.tally).toEqual({ accepted: 20, rejected: 10, reviewing: 60 });
    expect(store.reading?.numberOf(2)).toBe(32);
  });
});

describe('what concerns many sentences', () => {
  it('waits for the steps before it; undo and redo are the workbench’s', async () => {
    const transport = exampleTransport();
    const store = await opened(transport);
    const wide = new WideActions(store);
    store.take(ACCEPT, 1);
    const undone = wide.undo();
    store.take(REJECT, 1); // typed while the undo is under way: it is about what the undo leaves
    await undone;
    await settled();
    expect(store.notice).toBe('Undone: accept.');
    expect(truth(transport, 1)).toBe('reject');
    expect(store.warnings).toEqual([]);
    await wide.undo();
    await wide.redo();
    expect(truth(transport, 1)).toBe('reject');
    expect(store.selected).toBe(1);
  });

  it('is said when there is nothing to undo', async () => {
    const store = await opened();
    await new WideActions(store).undo();
    expect(store.warnings[0]?.text).toBe('There is nothing of yours to undo here.');
    expect(store.status.text).toBe('All changes saved');
  });

  it('accepts all above a confidence', async () => {
    const store = await opened();
    expect(store.reading?.countAbove(60)).toBe(2);
    expect(store.reading?.countUnmapped()).toBe(1);
    await new WideActions(store).bulk({ action: 'accept-above', confidence: 60 });
    expect(store.notice).toContain('Accepted 2 sentences');
    expect(store.reading?.tally.accepted).toBe(3);
  });

  it('splits and merges, and undoes both', async () => {
    const transport = exampleTransport();
    const store = await opened(transport);
    const wide = new WideActions(store);
    store.select(2);
    const second = store.sentence(2);
    await (second && wide.split(second, Array.from(second.text).indexOf('🐻') + 2));
    expect(store.reading?.ids).toEqual([1, 2, 7, 3, 4, 5, 6]);
    expect(transport.sentencesNow.find(item => item.id === 7)?.text).toBe('Then it slept for an hour.');
    const first = store.sentence(2);
    await (first && wide.mergeWithNext(first.id));
    expect(store.reading?.ids).toEqual([1, 2, 3, 4, 5, 6]);
    await wide.undo();
    await wide.undo();
    expect(store.sentence(2)?.text).toBe(second?.text);
    const last = SENTENCES[5];
    await (last && wide.mergeWithNext(last.id));
    expect(store.notice).toBe('No sentence follows this one.');
  });

  it('says a conflict, and shows the sentence as it is', async () => {
    const transport = exampleTransport();
    const store = await opened(transport);
    transport.sentencesNow = transport.sentencesNow.map(item => (item.id === 2 ? { ...item, version: 9 } : item));
    const second = store.sentence(2);
    await (second && new WideActions(store).split(second, 9));
    expect(store.warnings[0]?.text).toContain('Somebody changed this sentence');
    expect(store.cache.get(2)?.version).toBe(9);
  });
});

describe('staying in step', () => {
  it('shows what others did, and who', async () => {
    vi.useFakeTimers();
    const transport = exampleTransport();
    const store = await opened(transport);
    transport.changeAsAnother(3, REJECT);
    await vi.advanceTimersByTimeAsync(200);
    expect(store.sentence(3)?.disposition).toBe('reject');
    expect(store.reading?.tally.rejected).toBe(2);
    expect(store.notice).toBe('bob changed a sentence: change.');
  });

  it('reads everything again where sentences came or went', async () => {
    vi.useFakeTimers();
    const transport = exampleTransport();
    const store = await opened(transport);
    store.select(4);
    transport.sentencesNow = transport.sentencesNow.filter(item => item.id !== 3);
    transport.tell({ action: 'delete sentence', position: 1, sentences: [3], user: null });
    await vi.advanceTimersByTimeAsync(200);
    expect(store.reading?.ids).toEqual([1, 2, 4, 5, 6]);
    expect(store.selected).toBe(4);
  });
});

describe('a report that somebody deletes', () => {
  it('is said to be gone, in words', async () => {
    vi.useFakeTimers();
    const transport = exampleTransport();
    const store = await opened(transport);
    transport.failNext('rows', new TransportFailure('missing', 'No Report matches the given query.'));
    transport.tell({ action: 'delete report', position: 1, sentences: [], user: 'bob' });
    await vi.advanceTimersByTimeAsync(200);
    expect(store.warnings.map(warning => warning.text)).toEqual([
      'The report was deleted. What is shown is what it was; nothing more can be decided in it.'
    ]);
  });
});

describe('what is shown', () => {
  it('keeps a decided sentence in its place until somebody filters again', async () => {
    const store = await opened();
    await store.show({ ...EVERYTHING, filter: { ...EVERYTHING.filter, disposition: 'none' } });
    expect(store.rows?.ids).toEqual([1, 2, 3, 4]);
    store.take(ACCEPT, 1);
    await settled();
    expect(store.rows?.ids).toEqual([1, 2, 3, 4]);
    expect(store.rows?.tally.reviewing).toBe(3);
  });

  it('goes to what follows where the selected sentence is not among it', async () => {
    const store = await opened();
    store.select(2);
    await store.show({ ...EVERYTHING, filter: { ...EVERYTHING.filter, technique: 'T1071' } });
    expect(store.selected).toBe(5);
  });

  it('is the same place in the next view', async () => {
    const storage = new MemoryStorage();
    const store = await opened(exampleTransport(), storage);
    await store.show({ ...EVERYTHING, order: 'uncertainty' });
    store.select(4);
    const next = await opened(exampleTransport(), storage);
    expect(next.selected).toBe(4);
    expect(next.query.order).toBe('uncertainty');
  });

  it('takes the answer to the last question only', async () => {
    const transport = exampleTransport();
    const store = await opened(transport);
    const slow = store.show({ ...EVERYTHING, filter: { ...EVERYTHING.filter, text: 'weather' } });
    const last = store.show(EVERYTHING);
    await Promise.all([slow, last]);
    expect(store.rows?.length).toBe(6);
  });
});
