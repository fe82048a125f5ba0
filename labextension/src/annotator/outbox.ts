/**
 * What a person did and nobody has acknowledged yet: one at a time, in the order in which it was done.
 *
 * What was done first is saved first, over all sentences: undo takes back what was saved last, and that must be what the
 * person did last. Each entry is plain data with a key of its own, so that another view can take it over and send it again.
 */
import type { Kept } from './memory';
import { isDone } from './operations';
import { freshKey, type Transport, TransportFailure } from './transport';
import type { Operation, SentenceBody, WideAction } from './types';
import { countOf, restOf, send, subjectOf, type WideResult } from './wide';

const RETRY_MS = 1_000;
/** Actions that one request may undo; as `MOST_STEPS` of `domain/edits.py`. */
const MOST_STEPS = 100;

interface Step {
  sentence: number;
  operation: Operation;
  key: string;
  /** The version that the user saw; null: the one current when it is sent. */
  version: number | null;
}

interface Wide {
  wide: WideAction;
  key: string;
  /** The version of the sentence concerned, if any; as for steps. */
  version: number | null;
  /** Whether it was possibly received: then it must not change. */
  sent: boolean;
  /** Called when it is done or has failed. */
  finish: () => void;
}

type Entry = Step | Wide;

export interface OutboxEvents {
  /** A sentence has to be loaded before its steps can be sent. */
  wanted(sentence: number): void;
  /** A step was acknowledged, or was found to be applied already; with the current sentence. */
  saved(sentence: SentenceBody): void;
  /** Steps failed, the first of them with `failure`. */
  refused(sentence: number, steps: readonly Operation[], failure: TransportFailure): void;
  /** A wide action is running; null: none is. */
  working(action: WideAction | null): void;
  /** A wide action was acknowledged. The next entries are sent when the promise is fulfilled. */
  done(result: WideResult): Promise<void>;
  /** A wide action failed. */
  declined(action: WideAction, failure: TransportFailure): void;
  /** The outbox has changed, and with it the display of a sentence (null: of none). */
  moved(sentence: number | null): void;
}

function isWide(entry: Entry): entry is Wide {
  return 'wide' in entry;
}

function subjectOfEntry(entry: Entry): number | null {
  return isWide(entry) ? subjectOf(entry.wide) : entry.sentence;
}

export class Outbox {
  private entries: Entry[] = [];
  /** The first entry while it is being sent, until the view has processed its outcome. */
  private inFlight: Entry | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private isDisposed = false;

  constructor(
    private readonly transport: Transport,
    private readonly versionOf: (sentence: number) => number | undefined,
    private readonly events: OutboxEvents
  ) {}

  /** The number of unsaved changes. */
  get size(): number {
    return this.entries.reduce((total, entry) => total + (isWide(entry) ? countOf(entry.wide) : 1), 0);
  }

  /** The unsaved steps of a sentence, in order. */
  pending(sentence: number): readonly Operation[] {
    return this.entries.flatMap(entry => (!isWide(entry) && entry.sentence === sentence ? [entry.operation] : []));
  }

  /** The sentences with unsaved steps. */
  sentences(): number[] {
    return this.entries.flatMap(entry => (isWide(entry) ? [] : [entry.sentence]));
  }

  /** All entries, for the browser's storage. */
  kept(): Kept[] {
    return this.entries.map(entry =>
      isWide(entry)
        ? { wide: entry.wide, version: entry.version, key: entry.key }
        : { sentence: entry.sentence, version: entry.version, operation: entry.operation, key: entry.key }
    );
  }

  add(sentence: number, operation: Operation): void {
    this.entries.push({ sentence, operation, key: freshKey(), version: this.versionFor(sentence) });
    this.events.moved(sentence);
    this.flush();
  }

  /** Queue a wide action; fulfilled when it is done or has failed. */
  addWide(wide: WideAction): Promise<void> {
    const subject = subjectOf(wide);
    return new Promise(resolve => {
      const version = subject === null ? null : this.versionFor(subject);
      this.entries.push({ wide, key: freshKey(), version, sent: false, finish: resolve });
      this.events.moved(null);
      this.flush();
    });
  }

  /** Queue an undo or redo; consecutive unsent ones become one request. */
  turn(kind: 'undo' | 'redo'): Promise<void> {
    const last = this.entries[this.entries.length - 1];
    if (!last || !isWide(last) || last.sent || last.wide.kind !== kind || last.wide.steps >= MOST_STEPS) {
      return this.addWide({ kind, steps: 1 });
    }
    last.wide = { kind, steps: last.wide.steps + 1 };
    const { finish } = last;
    return new Promise(resolve => {
      last.finish = () => {
        finish();
        resolve();
      };
      this.events.moved(null);
    });
  }

  /** Prepend the entries that an earlier view could not send. */
  adopt(kept: readonly Kept[]): void {
    const adopted = kept.map(
      (item): Entry => ('wide' in item ? { ...item, sent: true, finish: () => undefined } : { ...item })
    );
    this.entries.splice(this.inFlight !== null && this.entries[0] === this.inFlight ? 1 : 0, 0, ...adopted);
    this.sentences().forEach(sentence => this.events.moved(sentence));
    this.events.moved(null);
    this.flush();
  }

  /** Remove the newest entry if it is a step that is not being sent. */
  takeBack(): { sentence: number; operation: Operation } | null {
    const last = this.entries[this.entries.length - 1];
    if (!last || isWide(last) || last === this.inFlight) {
      return null;
    }
    this.entries.pop();
    this.events.moved(last.sentence);
    return last;
  }

  /** Drop the entries of sentences that do not exist: they would wait for ever. */
  gone(sentences: readonly number[]): void {
    for (const sentence of sentences) {
      const waiting = this.entries.find(
        entry => entry !== this.inFlight && subjectOfEntry(entry) === sentence && this.lacks(entry)
      );
      if (waiting) {
        this.fail(waiting, new TransportFailure('missing', 'The sentence is not there any more.'));
      }
    }
    this.flush();
  }

  /** Send the waiting entries. */
  flush(): void {
    const [next] = this.entries;
    if (!next || this.inFlight || this.isDisposed) {
      return;
    }
    const subject = subjectOfEntry(next);
    if (subject !== null && this.lacks(next)) {
      // The store flushes as soon as it is loaded; where that fails, it is asked for again.
      this.events.wanted(subject);
      this.flushLater();
    } else {
      void this.send(next);
    }
  }

  /** Stop sending; unacknowledged entries stay in the browser's storage for the next view. */
  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.retry);
    this.entries = [];
  }

  /** The version for a new entry about a sentence: that of the step before it, updated on acknowledgement. */
  private versionFor(sentence: number): number | null {
    for (const entry of [...this.entries].reverse()) {
      if (isWide(entry)) {
        return null; // it is about what that action leaves
      }
      if (entry.sentence === sentence) {
        return entry.version;
      }
    }
    return this.versionOf(sentence) ?? null;
  }

  /** Whether its sentence has to be loaded before it can be sent. */
  private lacks(entry: Entry): boolean {
    const subject = subjectOfEntry(entry);
    return subject !== null && entry.version === null && this.versionOf(subject) === undefined;
  }

  private async send(entry: Entry): Promise<void> {
    this.inFlight = entry;
    try {
      await (isWide(entry) ? this.sendWide(entry) : this.sendStep(entry));
      this.inFlight = null;
    } catch (error) {
      this.inFlight = null;
      if (!this.isDisposed) {
        this.fail(entry, error instanceof TransportFailure ? error : new TransportFailure('server', String(error)));
      }
    }
    if (!this.isDisposed && this.entries[0] !== entry) {
      this.flush();
    }
  }

  private async sendStep(step: Step): Promise<void> {
    const version = step.version ?? this.versionOf(step.sentence) ?? 0;
    const saved = await this.transport.operate(step.sentence, version, step.operation, step.key);
    if (!this.isDisposed) {
      this.acknowledge(step, saved);
    }
  }

  private async sendWide(entry: Wide): Promise<void> {
    const { wide, key } = entry;
    const subject = subjectOf(wide);
    const version = entry.version ?? (subject === null ? undefined : this.versionOf(subject)) ?? 0;
    entry.sent = true;
    this.events.working(wide);
    try {
      const result = await send(this.transport, wide, version, key);
      if (!this.isDisposed) {
        const rest = restOf(wide, result);
        const { finish } = entry;
        const more: Entry[] = rest ? [{ wide: rest, key: freshKey(), version: null, sent: false, finish }] : [];
        this.entries.splice(this.entries.indexOf(entry), 1, ...more);
        this.events.moved(null);
        await this.events.done(result);
        if (!rest) {
          finish();
        }
      }
    } finally {
      this.events.working(null);
    }
  }

  private acknowledge(step: Step, saved: SentenceBody): void {
    this.entries = this.entries.filter(entry => entry !== step);
    this.renew(step.sentence, saved.version);
    this.events.saved(saved);
    this.events.moved(step.sentence);
  }

  /** Set the version of a sentence's later entries to the one that the step produced. */
  private renew(sentence: number, version: number): void {
    for (const entry of this.entries) {
      entry.version = subjectOfEntry(entry) === sentence ? version : entry.version;
      if (isWide(entry)) {
        return;
      }
    }
  }

  private fail(entry: Entry, failure: TransportFailure): void {
    if (failure.kind === 'busy' || failure.kind === 'offline') {
      this.events.moved(subjectOfEntry(entry));
      // Where the link is lost, the store flushes when it is back; a request may be lost without it, too.
      if (failure.kind === 'busy' || this.transport.link === 'live') {
        this.flushLater();
      }
    } else if (isWide(entry)) {
      this.entries = this.entries.filter(item => item !== entry);
      this.events.declined(entry.wide, failure);
      this.events.moved(null);
      entry.finish();
    } else if (failure.kind === 'conflict' && failure.current && isDone(failure.current, entry.operation)) {
      // Its acknowledgement was lost, or somebody else decided the same.
      this.acknowledge(entry, failure.current);
    } else {
      this.refuse(entry, failure);
    }
  }

  /** Drop a failed step, and all later steps on its sentence. */
  private refuse(step: Step, failure: TransportFailure): void {
    const barrier = this.entries.findIndex((entry, place) => isWide(entry) && place > this.entries.indexOf(step));
    const refused: Operation[] = [];
    this.entries = this.entries.filter((entry, place) => {
      if (isWide(entry) || entry.sentence !== step.sentence || (barrier >= 0 && place > barrier)) {
        return true;
      }
      refused.push(entry.operation);
      return false;
    });
    this.events.refused(step.sentence, refused, failure);
    this.events.moved(step.sentence);
  }

  private flushLater(): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.flush(), RETRY_MS);
  }
}
