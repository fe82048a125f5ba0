/** How the annotator's view reaches a workbench: over a notebook's kernel or, in the lab, over REST. */
import type {
  AttackBody,
  BulkAction,
  BulkBody,
  EvidenceBody,
  ExplanationBody,
  Operation,
  ReportBody,
  RowsBody,
  RowsQuery,
  SentenceBody,
  SessionBody,
  SplitBody,
  SuggestionBody,
  TechniqueCount,
  UndoneBody
} from './types';

/**
 * Why something was not done.
 *
 * `conflict`: somebody changed the sentence since, `current` is how it is now (null: it is gone); or, for undo and redo,
 * somebody built upon it or there is nothing. `offline`: nobody answered, it is not known whether it was done.
 * `busy`: try again later. All others are final, and the message says why.
 */
export type FailureKind = 'conflict' | 'offline' | 'busy' | 'forbidden' | 'invalid' | 'missing' | 'server';

export class TransportFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
    readonly current: SentenceBody | null = null
  ) {
    super(message);
    this.name = 'TransportFailure';
  }
}

/**
 * `live`: it answers. `slow`: it has not answered for a while, and may yet. `lost`: it does not answer.
 * `ended`: it will not answer any more (the kernel was restarted, the widget closed).
 */
export type LinkState = 'live' | 'slow' | 'lost' | 'ended';

/** Somebody changed the report: another view, another person, a program; or this view itself. */
export interface RemoteChange {
  /** The word for what was done: `accept`, `undo accept`, `merge sentences` … */
  action: string;
  /** Number of the last row of the log. */
  position: number;
  /** The sentences that differ now; empty: the report itself, or more of them than are listed. */
  sentences: number[];
  /** Who, where it is known. */
  user: string | null;
}

/** What the matrix shows; for the annotator, of its report. */
export interface MatrixSource {
  attack(): Promise<AttackBody>;
  counts(): Promise<TechniqueCount[]>;
  /** Some sentences that bear a technique, the best evidence first. */
  evidence(attackId: string): Promise<EvidenceBody[]>;
}

/**
 * Each write bears a key of its own; sent twice with the same key, it is done once and answered twice.
 *
 * `version` is the version of the sentence that the person saw; if it has another, nothing is done and the failure is a
 * `conflict` with the current sentence.
 */
export interface Transport extends MatrixSource {
  session(): Promise<SessionBody>;
  report(): Promise<ReportBody>;
  rows(query: RowsQuery): Promise<RowsBody>;
  /** The sentences of these numbers, in any order; those that are gone are left out. */
  sentences(ids: readonly number[]): Promise<SentenceBody[]>;

  operate(sentence: number, version: number, operation: Operation, key: string): Promise<SentenceBody>;
  bulk(action: BulkAction, key: string): Promise<BulkBody>;
  /** `at`: where the second part begins, in characters as Python counts them. */
  split(sentence: number, version: number, at: number, key: string): Promise<SplitBody>;
  /** Sentences that follow one another; `version` is that of the first. */
  merge(sentences: readonly number[], version: number, key: string): Promise<SentenceBody>;
  /** Takes back this user's own last actions in the report. */
  undo(steps: number, key: string): Promise<UndoneBody>;
  redo(steps: number, key: string): Promise<UndoneBody>;

  explanation(sentence: number, attackId: string): Promise<ExplanationBody>;
  suggestions(sentence: number): Promise<SuggestionBody[]>;

  /** How the connection is now. */
  readonly link: LinkState;
  /** What a person does where it has ended, in a sentence. */
  readonly advice: string;
  /** Both return a function that ends it. */
  onChange(listener: (change: RemoteChange) => void): () => void;
  onLink(listener: (link: LinkState) => void): () => void;
  /** Ask whether it answers, now: after the view was hidden, or when the person presses "Try again". */
  check(): void;
  dispose(): void;
}

/** The beginning of a report, or what lies about the place where somebody was; enough to fill the view once. */
export interface Snapshot {
  report: ReportBody;
  /** In reading order, those of `sentences` alone: a saved notebook holds them. */
  rows: RowsBody;
  /** How many sentences of the report come before; notebooks of old do not say. */
  before?: number;
  sentences: SentenceBody[];
}

/** Keys and numbers of clients: unique, and to be had on pages that were not loaded over HTTPS, too. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}
