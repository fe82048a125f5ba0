/** Changes of jobs and reports, as the server announces them over Jupyter's events. */
import type { Event } from '@jupyterlab/services';

const JOB = 'https://events.tram-ext.org/job/v1';
const REVIEW = 'https://events.tram-ext.org/review/v1';

export type TramEvent =
  | { kind: 'job'; job: number; status: string; progress: number; report: number | null }
  | { kind: 'review'; action: string; report: number | null; sentences: number[] };

export type Listener = (event: TramEvent) => void;

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function eventOf(emission: Event.Emission): TramEvent | null {
  switch (emission.schema_id) {
    case JOB:
      return {
        kind: 'job',
        job: Number(emission['job_id']),
        status: String(emission['status']),
        progress: Number(emission['progress']),
        report: numberOrNull(emission['report_id'])
      };
    case REVIEW: {
      const ids: unknown = emission['sentence_ids'];
      return {
        kind: 'review',
        action: String(emission['action']),
        report: numberOrNull(emission['report_id']),
        sentences: Array.isArray(ids) ? ids.filter(id => typeof id === 'number') : []
      };
    }
    default:
      return null;
  }
}

/** Passes on TRAM's events among all of Jupyter's. */
export class TramEvents {
  private readonly listeners = new Set<Listener>();

  constructor(manager: Event.IManager) {
    manager.stream.connect((_, emission) => {
      const event = eventOf(emission);
      if (event !== null) {
        this.listeners.forEach(listener => listener(event));
      }
    });
  }

  /** Returns the function that unsubscribes. */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}
