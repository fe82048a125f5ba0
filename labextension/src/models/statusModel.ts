/** Polls the server's status. */
import { RequestFailure } from '../api/failure';
import { isAtWork, type ServerStatus, type StatusState } from '../status/status';

/** Milliseconds between two requests. */
export const INTERVALS = {
  /** While the server prepares; grows by `growth` while there is no progress. */
  preparing: 500,
  /** After a failure; grows by `growth` with each further one. */
  failed: 1_000,
  /** Nothing grows beyond this. */
  longest: 30_000,
  /** While jobs or tasks run, and only while the view is visible. */
  working: 2_000,
  /** Once ready and idle, and only while the view is visible. */
  ready: 15_000,
  growth: 1.6
} as const;

export class StatusModel {
  constructor(private readonly fetch: () => Promise<ServerStatus>) {}

  get state(): StatusState {
    return this._state;
  }

  /** Call `listener` after every change; returns the function that unsubscribes. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this._listeners.add(listener);
    return () => void this._listeners.delete(listener);
  };

  /** Set whether the view is visible: nothing is requested before it first is. */
  setVisible(visible: boolean): void {
    if (visible === this._visible || this._disposed) {
      return;
    }
    this._visible = visible;
    if (visible) {
      void this.refresh();
    } else if (this._settled) {
      clearTimeout(this._timer);
    }
  }

  /** Request the status now. */
  readonly refresh = async (): Promise<void> => {
    clearTimeout(this._timer);
    if (this._asking || this._disposed) {
      return;
    }
    this._asking = true;
    const next = await this._ask();
    this._asking = false;
    if (!this._disposed) {
      this._accept(next);
    }
  };

  dispose(): void {
    this._disposed = true;
    clearTimeout(this._timer);
    this._listeners.clear();
  }

  /** Whether no change is expected soon, so that a hidden view can stop polling. */
  private get _settled(): boolean {
    return this._state.kind === 'answered' && (this._state.status.ready || Boolean(this._state.status.error));
  }

  private async _ask(): Promise<StatusState> {
    try {
      return { kind: 'answered', status: await this.fetch() };
    } catch (error) {
      const failure = error instanceof RequestFailure ? error.kind : 'server';
      return { kind: 'failed', failure, detail: error instanceof Error ? error.message : String(error) };
    }
  }

  private _accept(next: StatusState): void {
    const changed = JSON.stringify(next) !== JSON.stringify(this._state);
    this._delay = this._nextDelay(next, changed);
    if (changed) {
      this._state = next;
      this._listeners.forEach(listener => listener());
    }
    if (this._visible || !this._settled) {
      this._timer = setTimeout(() => void this.refresh(), this._delay);
    }
  }

  private _nextDelay(next: StatusState, changed: boolean): number {
    if (next.kind === 'answered' && next.status.ready) {
      return isAtWork(next.status) ? INTERVALS.working : INTERVALS.ready;
    }
    if (changed) {
      return next.kind === 'failed' ? INTERVALS.failed : INTERVALS.preparing;
    }
    return Math.min(INTERVALS.longest, this._delay * INTERVALS.growth);
  }

  private _state: StatusState = { kind: 'connecting' };
  private _delay: number = INTERVALS.preparing;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _visible = false;
  private _asking = false;
  private _disposed = false;
  private readonly _listeners = new Set<() => void>();
}
