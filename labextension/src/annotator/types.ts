/**
 * What the annotator and whatever serves it say to each other: the records of `tram_ext/api/`, and a few of their kind.
 *
 * Names and shapes are those of the HTTP API, so that the lab can serve the same view over REST. Confidences of mappings
 * are texts in percent with one decimal ("36.7"), as TRAM writes them; all other confidences are numbers in percent.
 * Offsets into texts count characters as Python does (code points), not JavaScript's units: see `textOffsets.ts`.
 */

/** What was decided about a sentence; null while nobody decided. */
export type Disposition = 'accept' | 'reject' | null;

/** Who put a technique on a sentence; others than these are shown as they are. */
export type MappingSource = 'model' | 'person' | 'import' | 'attack' | 'text' | (string & {});

/** `MappingBody` of `review_responses.py`. A sentence bears a technique once at most. */
export interface MappingBody {
  id: number;
  attack_id: string;
  name: string;
  confidence: string;
  sentence: number;
  report: number;
  source: MappingSource;
  note: string;
  version: number;
}

/** `SentenceBody` of `review_responses.py`. `version` rises with every change of the sentence or of its mappings. */
export interface SentenceBody {
  id: number;
  text: string;
  order: number;
  disposition: Disposition;
  mappings: MappingBody[];
  report: number;
  start: number | null;
  end: number | null;
  page: number | null;
  origin: string;
  version: number;
}

/** `ReportBody` of `responses.py`; `text` may be left empty here, the view does not use it. */
export interface ReportBody {
  id: number;
  document_id: number | null;
  name: string;
  byline: string;
  accepted_sentences: number;
  reviewing_sentences: number;
  total_sentences: number;
  text: string;
  ml_model: string;
  created_by: string | null;
  created_on: string;
  updated_on: string;
  status: string;
  use_for_training: boolean;
  builtin: boolean;
  uuid: string;
  version: number;
}

/** A column of the matrix. */
export interface Tactic {
  attack_id: string;
  /** As techniques name it: `defense-evasion`. */
  shortname: string;
  name: string;
}

/** A technique that can be put on a sentence, or is on one. */
export interface Technique {
  attack_id: string;
  name: string;
  aliases: string[];
  /** Short names of its tactics. */
  tactics: string[];
  /** ATT&CK's text, or its beginning. */
  description: string;
  /** Whether `description` is only the beginning. */
  is_excerpt: boolean;
  /** Its page at attack.mitre.org; empty where there is none. */
  url: string;
  /** `active`, `deprecated`, `revoked` or `retired`; only active and retired ones are offered. */
  status: string;
}

/** The loaded ATT&CK: tactics in the order of the matrix, techniques in the order of their ids. */
export interface AttackBody {
  version: string;
  tactics: Tactic[];
  techniques: Technique[];
}

/** Who is connected to what. */
export interface SessionBody {
  /** The same for every view of one store, and another for another store: what a browser keeps is kept under it. */
  workbench: string;
  /** Another after every start of whatever answers (a kernel): then remote changes may have been missed. */
  boot: string;
  /** Number of the last row of the log. */
  position: number;
  user: string;
  /** Whether this user may review; else the view only shows. */
  may_review: boolean;
}

/** Which sentences are shown; null or empty is any. */
export interface SentenceFilter {
  disposition: 'accept' | 'reject' | 'none' | null;
  /** ATT&CK's own id. */
  technique: string | null;
  /** Bounds in percent; one mapping of the sentence lies between them, both included. */
  least: number | null;
  most: number | null;
  /** Part of the text, in any case of letters. */
  text: string;
}

/** `uncertainty` puts those first whose decision teaches the model most. */
export type SentenceOrder = 'reading' | 'uncertainty';

export interface RowsQuery {
  filter: SentenceFilter;
  order: SentenceOrder;
}

/**
 * All sentences that a query describes, in its order, in brief.
 *
 * The view pages over this list, not over the query: accepting a sentence takes it out of "unreviewed", and offsets into
 * the query would then skip another.
 */
export interface RowsBody {
  ids: number[];
  /** A letter for each of `ids`: `a` accepted, `r` rejected, `.` awaiting review. */
  states: string;
  /** For each of `ids`, its weakest mapping in percent; null where it bears none. */
  least: (number | null)[];
}

/** One step of reviewing a sentence. Techniques are named by ATT&CK's own id, which is unique on a sentence. */
export type Operation =
  | { kind: 'decide'; disposition: Disposition }
  | { kind: 'add'; attack_id: string; confidence: number; note: string }
  | { kind: 'remove'; attack_id: string }
  /** Changes what it names of a mapping. */
  | { kind: 'change'; attack_id: string; confidence?: number; note?: string };

/** `ReviewRequest` of `review_requests.py`, each of its actions with what it needs. */
export type BulkAction =
  | { action: 'accept-above'; confidence: number }
  | { action: 'accept-unmapped' }
  | { action: 'accept' | 'reject' | 'clear'; sentences: number[] };

/** What concerns more than a step on one sentence. */
export type WideAction =
  /** This user's own last actions in the report, one after the other. */
  | { kind: 'undo' | 'redo'; steps: number }
  | { kind: 'bulk'; action: BulkAction }
  /** `at`: where the second part begins, in characters as Python counts them. */
  | { kind: 'split'; sentence: number; at: number }
  /** Sentences that follow one another. */
  | { kind: 'merge'; sentences: number[] };

/** `BulkBody` of `review_responses.py`. */
export interface BulkBody {
  changed: number;
  report: ReportBody;
}

/** `SplitBody` of `review_responses.py`: the first part keeps the number. */
export interface SplitBody {
  sentences: SentenceBody[];
}

/** `UndoneBody` of `review_responses.py`. */
export interface UndoneBody {
  /** The name of the action, of several that of the last: `accept`, `add mapping`, `merge sentences` … */
  action: string;
  changed: number;
  batch: string;
  /** How many actions these were. */
  steps: number;
  /** The sentences that differ now, those of the last action first; empty where they are many. */
  sentences: number[];
  /** Why these are fewer actions than were asked for; null: ask again for the rest. */
  stopped: string | null;
}

/** Why a model proposes a technique for a sentence. */
export interface ExplanationBody {
  attack_id: string;
  /** The model that was asked, with its version; empty where none explains. */
  model: string;
  /** What it gives the technique here now, in percent; null where it does not know the technique. */
  confidence: number | null;
  /** The words that weighed most, the weightiest first. */
  words: { start: number; end: number; weight: number }[];
  /** Accepted sentences of the technique that are most like this one, the nearest first. */
  examples: ExampleBody[];
}

/** A sentence of some report that bears a technique. */
export interface ExampleBody {
  sentence: number;
  report: number;
  report_name: string;
  text: string;
  /** 0 to 1; null where nobody measured it. */
  similarity: number | null;
}

/** A technique that the model thinks of for a sentence, under its threshold or over it. */
export interface SuggestionBody {
  attack_id: string;
  name: string;
  confidence: number;
}

/** How often a technique is on sentences. */
export interface TechniqueCount {
  attack_id: string;
  name: string;
  /** On sentences that were accepted. */
  accepted: number;
  /** On sentences that await review. */
  proposed: number;
  /** The best confidence among them, in percent; null where there is none. */
  best: number | null;
}

/** A sentence as evidence for a technique. */
export interface EvidenceBody extends ExampleBody {
  disposition: Disposition;
  confidence: number;
}
