/** The interface between the annotator's view and a workbench, over a kernel or over REST. */
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

/** A change of the report by any view, person or program, this view included. */
export interface RemoteChange {
  /** The name of the action: `accept`, `undo accept`, `merge sentences` … */
  action: string;
  /** Number of the last row of the log. */
  position: number;
  /** The changed sentences; empty: the report itself, or too many to list. */
  sentences: number[];
  /** The user, where known. */
  user: string | null;
}

/** The source of the matrix; for the annotator, of its report. */
export interface MatrixSource {
  attack(): Promise<AttackBody>;
  counts(): Promise<TechniqueCount[]>;
  /** Some sentences of a technique, the best evidence first. */
  evidence(attackId: string): Promise<EvidenceBody[]>;
}

/** Where a sentence stands on a page: left, top, right and bottom of each line, as fractions of the page. */
export interface SentenceBoxes {
  id: number;
  boxes: readonly (readonly number[])[];
}

/** The pages of the report's PDF. */
export interface PageSource {
  /** Width and height of each page. */
  sizes(): Promise<readonly (readonly number[])[]>;
  image(number: number, width: number): Promise<Blob>;
  boxes(number: number): Promise<readonly SentenceBoxes[]>;
}

/** A part of the report's text, in characters as Python counts them, as it was seen, and the technique that it shows. */
export interface Excerpt {
  start: number;
  end: number;
  text: string;
  attack_id: string;
}

/** A part of a text that is more than a paragraph; the cells of a row stand on one line, with tabs between them. */
export interface BlockBody {
  start: number;
  end: number;
  kind: 'heading' | 'item' | 'cell' | 'code' | 'caption';
  /** Of a heading, from 1; else 0. */
  level: number;
}

/** The text of a report, with the places of its sentences and blocks in code points. */
export interface ReportText {
  text: string;
  ids: readonly number[];
  starts: readonly number[];
  ends: readonly number[];
  blocks: readonly BlockBody[];
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
  /** The sentences with these numbers, in any order; missing ones are left out. */
  sentences(ids: readonly number[]): Promise<SentenceBody[]>;

  operate(sentence: number, version: number, operation: Operation, key: string): Promise<SentenceBody>;
  bulk(action: BulkAction, key: string): Promise<BulkBody>;
  /** `at`: where the second part begins, in characters as Python counts them. */
  split(sentence: number, version: number, at: number, key: string): Promise<SplitBody>;
  /** Consecutive sentences; `version` is that of the first. */
  merge(sentences: readonly number[], version: number, key: string): Promise<SentenceBody>;
  /** Make a sentence of a part of the text, with a technique; where the text was edited since, it is refused. */
  extract(excerpt: Excerpt, key: string): Promise<SentenceBody>;
  /** Undo this user's own last actions in the report. */
  undo(steps: number, key: string): Promise<UndoneBody>;
  redo(steps: number, key: string): Promise<UndoneBody>;

  explanation(sentence: number, attackId: string): Promise<ExplanationBody>;
  suggestions(sentence: number): Promise<SuggestionBody[]>;

  /** The pages of the document, where the host has them. */
  readonly pages?: PageSource;
  /** The text of the report as a whole, where the host has it. */
  text?(): Promise<ReportText>;

  /** The state of the connection. */
  readonly link: LinkState;
  /** What the user can do where it has ended, in a sentence. */
  readonly advice: string;
  /** Both return a function that unsubscribes. */
  onChange(listener: (change: RemoteChange) => void): () => void;
  onLink(listener: (link: LinkState) => void): () => void;
  /** Check the connection now: after the view was hidden, or on "Try again". */
  check(): void;
  dispose(): void;
}

/** The beginning of a report, or the part around the user's last place, enough to fill the view. */
export interface Snapshot {
  report: ReportBody;
  /** Rows of `sentences` alone, in reading order, as a saved notebook holds them. */
  rows: RowsBody;
  /** The number of sentences before them; missing in old notebooks. */
  before?: number;
  sentences: SentenceBody[];
}

/** Return a unique key, also on pages that were not loaded over HTTPS. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}
