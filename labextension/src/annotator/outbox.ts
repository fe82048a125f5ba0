/**
 * Steps on their way: one at a time, kept until somebody acknowledges them.
 *
 * What was done first is saved first, over all sentences: undo takes back what was saved last, and that must be what the
 * person did last.
 */
import type { KeptStep } from './memory';
import { isDone } from './operations';
import { freshKey, TransportFailure, type Transport } from './transport';
import type { Operation, SentenceBody } from './types';

const BUSY_MS = 1_000;

interface Step {
  operation: Operation;
  key: string;
  /** Rises with every step. */
  serial: number;
}

/** What was done after an undo, say, was asked for, and has to wait for it. */
type Later = { sentence: number; step: Step }[];

interface Queue {
  /** What the person saw when the first of the steps was taken; null: whatever is there when it is sent. */
  version: number | null;
  steps: Step[];
  inFlight: boolean;
}

export interface OutboxEvents {
  /** A step was acknowledged, or turned out to be done; the sentence as it is now. */
  saved(sentence: SentenceBody): void;
  /** Steps were given up, the first of them for `failure`. */
  refused(sentence: number, steps: readonly Operation[], failure: TransportFailure): void;
  /** Something about the outbox has changed. */
  moved(sentence: number): void;
}

export class Outbox {
  private readonly queues = new Map<number, Queue>();
  private alone: Promise<unknown> = Promise.resolve();
  /** For each exclusive action that is asked for, what comes after it. */
  private readonly barriers: Later[] = [];
  private idle: (() => void)[] = [];
  private retry: ReturnType<typeof setTimeout> | undefined;
  private serial = 0;
  private sending = false;

  constructor(
    private readonly transport: Transport,
    private readonly versionOf: (sentence: number) => number | undefined,
    private readonly events: OutboxEvents
  ) {}

  /** How many steps are not saved. */
  get size(): number {
    const queued = [...this.queues.values()].reduce((total, queue) => total + queue.steps.length, 0);
    return queued + this.barriers.flat().length;
  }

  /** The steps of a sentence that are not saved, in order. */
  pending(sentence: number): readonly Operation[] {
    const later = this.barriers.flat().filter(item => item.sentence === sentence);
    return [...(this.queues.get(sentence)?.steps ?? []), ...later.map(item => item.step)].map(step => step.operation);
  }

  /** All steps, to be kept by the browser. */
  steps(): KeptStep[] {
    const queued = [...this.queues].flatMap(([sentence, queue]) =>
      queue.steps.map(step => ({ sentence, version: queue.version ?? this.versionOf(sentence) ?? 0, ...step }))
    );
    const later = this.barriers.flat().map(({ sentence, step }) => ({
      sentence,
      version: this.versionOf(sentence) ?? 0,
      ...step
    }));
    return [...queued, ...later];
  }

  add(sentence: number, operation: Operation): void {
    const step = this.step(operation, freshKey());
    const barrier = this.barriers[this.barriers.length - 1];
    if (barrier) {
      barrier.push({ sentence, step });
      this.events.moved(sentence);
    } else {
      this.enqueue(sentence, this.versionOf(sentence) ?? null, step);
    }
  }

  /** Send again what an earlier view could not. */
  adopt(kept: readonly KeptStep[]): void {
    for (const { sentence, version, operation, key } of kept) {
      this.enqueue(sentence, version, this.step(operation, key));
    }
  }

  /** Take back the newest step of a sentence, or of any, that is not under way. */
  takeBack(): { sentence: number; operation: Operation } | null {
    const later = [...this.barriers].reverse().find(barrier => barrier.length > 0)?.pop();
    if (later) {
      this.events.moved(later.sentence);
      return { sentence: later.sentence, operation: later.step.operation };
    }
    for (const [sentence, queue] of [...this.queues].reverse()) {
      if (queue.steps.length > (queue.inFlight ? 1 : 0)) {
        const step = queue.steps.pop();
        this.tidy(sentence, queue);
        this.events.moved(sentence);
        return step ? { sentence, operation: step.operation } : null;
      }
    }
    return null;
  }

  /** Do something when all steps up to now are saved; those that are taken from now on wait until it is done. */
  exclusively<Result>(action: () => Promise<Result>): Promise<Result> {
    this.barriers.push([]);
    const run = async (): Promise<Result> => {
      await this.emptied();
      try {
        return await action();
      } finally {
        // What comes after an undo is about the sentence that the undo has left: whichever version that has.
        this.barriers.shift()?.forEach(({ sentence, step }) => this.enqueue(sentence, null, step));
      }
    };
    const result = this.alone.then(run, run);
    this.alone = result.catch(() => undefined);
    return result;
  }

  /** Send what waits. */
  flush(): void {
    void this.sendOldest();
  }

  dispose(): void {
    clearTimeout(this.retry);
    this.queues.clear();
  }

  private enqueue(sentence: number, version: number | null, step: Step): void {
    const queue = this.queues.get(sentence) ?? { version, steps: [], inFlight: false };
    queue.steps.push(step);
    // The newest comes last, so that it is the first to be taken back.
    this.queues.delete(sentence);
    this.queues.set(sentence, queue);
    this.events.moved(sentence);
    void this.sendOldest();
  }

  private step(operation: Operation, key: string): Step {
    return { operation, key, serial: ++this.serial };
  }

  private emptied(): Promise<void> {
    return this.queues.size === 0 ? Promise.resolve() : new Promise(resolve => this.idle.push(resolve));
  }

  private tidy(sentence: number, queue: Queue): void {
    if (queue.steps.length === 0 && this.queues.get(sentence) === queue) {
      this.queues.delete(sentence);
    }
    if (this.queues.size === 0) {
      this.idle.splice(0).forEach(resolve => resolve());
    }
  }

  /** The sentence whose turn it is. One that is being loaded is passed over; the store flushes when it is there. */
  private oldest(): { sentence: number; queue: Queue; step: Step; version: number } | undefined {
    const ready = [...this.queues].flatMap(([sentence, queue]) => {
      const [step] = queue.steps;
      const version = queue.version ?? this.versionOf(sentence);
      return step && version !== undefined ? [{ sentence, queue, step, version }] : [];
    });
    return ready.sort((one, other) => one.step.serial - other.step.serial)[0];
  }

  private async sendOldest(): Promise<void> {
    const next = this.sending ? undefined : this.oldest();
    if (!next) {
      return;
    }
    const { sentence, queue, step, version } = next;
    this.sending = true;
    queue.inFlight = true;
    try {
      const saved = await this.transport.operate(sentence, version, step.operation, step.key);
      this.sending = false;
      this.acknowledge(sentence, queue, saved);
    } catch (error) {
      this.sending = false;
      const failure = error instanceof TransportFailure ? error : new TransportFailure('server', String(error));
      this.fail(sentence, queue, step, failure);
    }
  }

  private acknowledge(sentence: number, queue: Queue, saved: SentenceBody): void {
    queue.inFlight = false;
    queue.version = saved.version;
    queue.steps.shift();
    this.tidy(sentence, queue);
    this.events.saved(saved);
    this.events.moved(sentence);
    void this.sendOldest();
  }

  private fail(sentence: number, queue: Queue, step: Step, failure: TransportFailure): void {
    queue.inFlight = false;
    if (failure.kind === 'conflict' && failure.current && isDone(failure.current, step.operation)) {
      // Its acknowledgement was lost, or somebody else decided the same.
      this.acknowledge(sentence, queue, failure.current);
    } else if (failure.kind === 'offline') {
      this.events.moved(sentence);
    } else if (failure.kind === 'busy') {
      clearTimeout(this.retry);
      this.retry = setTimeout(() => this.flush(), BUSY_MS);
      this.events.moved(sentence);
    } else {
      const refused = queue.steps.splice(0).map(item => item.operation);
      this.tidy(sentence, queue);
      this.events.refused(sentence, refused, failure);
      this.events.moved(sentence);
      void this.sendOldest();
    }
  }
}
