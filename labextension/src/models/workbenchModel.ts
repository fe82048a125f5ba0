/** The reports, jobs, models and trainings of the workbench, kept up to date while somebody looks. */

import type { Listener, TramEvent, TramEvents } from '../api/events';
import { RequestFailure } from '../api/failure';
import type { Job, ModelEntry, ReportOutline, Training, TramServer } from '../api/tramServer';
import type { FailureKind } from '../status/status';

/** Milliseconds. */
export const RHYTHM = {
  /** Between an event and the request that follows it: events come in bursts. */
  gather: 150,
  /** Between two requests while jobs or trainings run, and while none does; events come sooner. */
  working: 2_000,
  idle: 15_000,
  /** After a failure. */
  failed: 3_000
} as const;

export interface Contents {
  reports: readonly ReportOutline[];
  jobs: readonly Job[];
  models: readonly ModelEntry[];
  trainings: readonly Training[];
}

export interface Failure {
  kind: FailureKind;
  message: string;
}

/** What ended since the last look, for notifications. */
export type Ending = { kind: 'job'; job: Job } | { kind: 'training'; training: Training };

const UNDER_WAY: ReadonlySet<string> = new Set(['Queued', 'Running']);

export function isUnderWay({ status, state }: { status?: string; state?: string }): boolean {
  return UNDER_WAY.has(status ?? state ?? '');
}

type Calls = Pick<TramServer, 'reports' | 'jobs' | 'job' | 'models' | 'trainings'>;

export class WorkbenchModel {
  /** Null before the first answer. */
  contents: Contents | null = null;
  /** The reason why the last request failed; null where it did not. */
  failure: Failure | null = null;
  private readonly listeners = new Set<() => void>();
  private readonly endings = new Set<(ending: Ending) => void>();
  private readonly unsubscribe: () => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Jobs whose end was told. */
  private readonly ended = new Set<number>();
  private watchers = 0;
  private asking = false;
  private again = false;
  private disposed = false;

  constructor(
    private readonly server: Calls,
    events: Pick<TramEvents, 'subscribe'>
  ) {
    this.unsubscribe = events.subscribe(this.hear);
  }

  /** Returns the function that unsubscribes. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Call `listener` with each job and training that ends; returns the function that unsubscribes. */
  onEnding(listener: (ending: Ending) => void): () => void {
    this.endings.add(listener);
    return () => void this.endings.delete(listener);
  }

  /** Keep the contents up to date until the returned function is called. */
  watch(): () => void {
    this.watchers += 1;
    void this.refresh();
    let watching = true;
    return () => {
      if (watching) {
        watching = false;
        this.watchers -= 1;
      }
    };
  }

  /** Read everything now; calls meanwhile end in one more reading. */
  readonly refresh = async (): Promise<void> => {
    clearTimeout(this.timer);
    if (this.disposed || this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    try {
      const [reports, jobs, models, trainings] = await Promise.all([
        this.server.reports(),
        this.server.jobs(),
        this.server.models(),
        this.server.trainings()
      ]);
      await this.accept({ reports, jobs, models, trainings });
      this.failure = null;
    } catch (error) {
      const kind = error instanceof RequestFailure ? error.kind : 'server';
      this.failure = { kind, message: error instanceof Error ? error.message : String(error) };
    }
    this.asking = false;
    this.tell();
    this.schedule();
  };

  dispose(): void {
    this.disposed = true;
    this.unsubscribe();
    clearTimeout(this.timer);
    this.listeners.clear();
    this.endings.clear();
  }

  private async accept(next: Contents): Promise<void> {
    const before = this.contents;
    this.contents = next;
    if (before === null) {
      return;
    }
    const latest = Math.max(0, ...before.trainings.map(item => item.id));
    for (const training of next.trainings) {
      const known = before.trainings.find(item => item.id === training.id);
      // A short one may end before it was ever seen under way.
      const isNews = known === undefined ? training.id > latest : isUnderWay(known);
      if (!isUnderWay(training) && isNews) {
        this.end({ kind: 'training', training });
      }
    }
    // A job that is done is listed no more.
    const gone = before.jobs.filter(job => isUnderWay(job) && !next.jobs.some(item => item.id === job.id && isUnderWay(item)));
    await Promise.all(gone.map(job => this.endJob(job.id)));
  }

  /** Tell of a job that has ended, once. */
  private async endJob(id: number): Promise<void> {
    if (this.ended.has(id)) {
      return;
    }
    this.ended.add(id);
    const job = await this.server.job(id).catch(() => null);
    if (job !== null && !isUnderWay(job)) {
      this.end({ kind: 'job', job });
    } else {
      this.ended.delete(id);
    }
  }

  private end(ending: Ending): void {
    this.endings.forEach(listener => listener(ending));
  }

  private tell(): void {
    this.listeners.forEach(listener => listener());
  }

  private readonly hear: Listener = (event: TramEvent) => {
    if (this.watchers === 0 || this.disposed) {
      return;
    }
    if (event.kind === 'job' && this.progressed(event)) {
      this.tell();
      return;
    }
    if (event.kind === 'job' && !isUnderWay(event)) {
      void this.endJob(event.job);
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), RHYTHM.gather);
  };

  /** Update the progress of a running job without a request; returns whether the event says no more than that. */
  private progressed(event: TramEvent & { kind: 'job' }): boolean {
    const { contents } = this;
    const known = contents?.jobs.find(job => job.id === event.job);
    if (contents === null || known === undefined || known.status !== event.status) {
      return false;
    }
    const jobs = contents.jobs.map(job => (job === known ? { ...job, progress: event.progress } : job));
    this.contents = { ...contents, jobs };
    return true;
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.disposed || (this.watchers === 0 && !this.isAtWork)) {
      return;
    }
    if (this.again) {
      this.again = false;
      this.timer = setTimeout(() => void this.refresh(), RHYTHM.gather);
      return;
    }
    const delay = this.failure !== null ? RHYTHM.failed : this.isAtWork ? RHYTHM.working : RHYTHM.idle;
    this.timer = setTimeout(() => (document.hidden ? this.schedule() : void this.refresh()), delay);
  }

  private get isAtWork(): boolean {
    const { contents } = this;
    return contents !== null && (contents.jobs.some(isUnderWay) || contents.trainings.some(isUnderWay));
  }
}
