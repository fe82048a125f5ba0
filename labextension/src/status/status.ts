/** The server's status and its presentation, without Jupyter or DOM. */

import type { components } from '../api/schema.generated';

type Bodies = components['schemas'];
type Counts = Bodies['CountsBody'];

/** A training, a label check or a learning curve. */
export type Undertaking = Bodies['UndertakingBody'];

/** The body of `GET /api/tram/status`, as far as it is shown, and as servers of other versions may send it. */
export interface ServerStatus extends Pick<Bodies['StatusBody'], 'version' | 'ready' | 'preparing' | 'error'> {
  /** The id of the store; missing from older servers. */
  workbench?: string;
  user: Pick<Bodies['UserBody'], 'name' | 'role'> | null;
  attack: readonly Pick<Bodies['tram_ext__api__status__ReleaseBody'], 'domain' | 'version' | 'techniques'>[];
  default_model: Pick<Bodies['ModelBody'], 'name' | 'version'> | null;
  /** Reports and sentences are users'; the examples that come with the workbench are counted apart. */
  counts: (Pick<Counts, 'reports' | 'sentences' | 'jobs'> & Partial<Counts>) | null;
  /** Waiting and running tasks beside the jobs; missing from older servers. */
  tasks?: readonly Undertaking[];
}

/** Whether any work makes progress. */
export function isAtWork(status: ServerStatus): boolean {
  return Boolean(status.counts?.jobs || status.tasks?.length);
}

export type FailureKind = 'unreachable' | 'unauthenticated' | 'forbidden' | 'missing' | 'server';

/** The state of the view: nothing yet, a status, or an error. */
export type StatusState =
  | { kind: 'connecting' }
  | { kind: 'answered'; status: ServerStatus }
  | { kind: 'failed'; failure: FailureKind; detail: string };

/** Whether a response can be shown: it has the fields that all servers send. */
export function isServerStatus(body: unknown): body is ServerStatus {
  return (
    typeof body === 'object' &&
    body !== null &&
    'ready' in body &&
    typeof body.ready === 'boolean' &&
    'version' in body &&
    typeof body.version === 'string'
  );
}

/** The kind of headline; each has its own icon, so that colour is never the only sign. */
export type Tone = 'busy' | 'good' | 'bad';

export interface Advice {
  /** What to do, in plain words. */
  text: string;
  /** A command to type, where there is one. */
  command?: string;
}

export interface Summary {
  tone: Tone;
  title: string;
  text: string;
  advice?: Advice;
  /** Progress from 0 to 1; null where it is unknown. */
  progress?: number | null;
  /** The server's own words about a failure. */
  detail?: string;
}

const FAILURES: Record<FailureKind, { title: string; text: string; advice: Advice }> = {
  unreachable: {
    title: 'Not reachable',
    text: 'The Jupyter server does not answer.',
    advice: {
      text: 'See whether it still runs, in the terminal or hub where it was started. This panel connects again by itself. To start it:',
      command: 'jupyter tram'
    }
  },
  unauthenticated: {
    title: 'Signed out',
    text: 'The server no longer knows who you are.',
    advice: { text: 'Reload this page and sign in again. What was saved is safe.' }
  },
  forbidden: {
    title: 'Not permitted',
    text: 'Your account may not use TRAM on this server.',
    advice: {
      text: 'Ask an administrator of this server to give your account a role:',
      command: 'jupyter tram user role NAME analyst'
    }
  },
  missing: {
    title: 'Not installed on this server',
    text: 'The server runs without the TRAM extension.',
    advice: {
      text: 'Enable it in the environment that the server runs in, then restart the server:',
      command: 'jupyter server extension enable --sys-prefix tram_ext'
    }
  },
  server: {
    title: 'Server error',
    text: 'TRAM could not answer.',
    advice: {
      text: 'The server’s log says more. To look for the cause:',
      command: 'jupyter tram doctor'
    }
  }
};

/** Keep a share between 0 and 1. */
export function clamp(progress: number): number {
  return Math.min(1, Math.max(0, progress));
}

function summariseAnswer(status: ServerStatus): Summary {
  if (status.error !== null && status.error !== undefined) {
    return {
      tone: 'bad',
      title: 'Preparation failed',
      text: 'TRAM cannot be used until this is put right.',
      detail: status.error,
      advice: { text: 'To look for the cause, and what to do about it:', command: 'jupyter tram doctor' }
    };
  }
  if (!status.ready) {
    return {
      tone: 'busy',
      title: 'Preparing',
      text: status.preparing?.stage ?? 'Starting',
      progress: status.preparing ? clamp(status.preparing.progress) : null
    };
  }
  return { tone: 'good', title: 'Ready', text: 'Reports can be mapped and reviewed.' };
}

/** Describe a state in words, with what to do about it. */
export function summarise(state: StatusState): Summary {
  switch (state.kind) {
    case 'connecting':
      return { tone: 'busy', title: 'Connecting', text: 'Asking the server how it is.', progress: null };
    case 'failed':
      // Where no server spoke, the words are the browser's, and say nothing to a reader.
      return {
        tone: 'bad',
        ...FAILURES[state.failure],
        ...(state.failure === 'unreachable' ? {} : { detail: state.detail })
      };
    case 'answered':
      return summariseAnswer(state.status);
  }
}
