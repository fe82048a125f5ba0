/**
 * What the annotator and whatever serves it say to each other: the records of `tram_ext/api/`, and a few of their kind.
 *
 * Names and shapes are those of the HTTP API, so that the lab can serve the same view over REST. Confidences of mappings
 * are texts in percent with one decimal ("36.7"), as TRAM writes them; all other confidences are numbers in percent.
 * Offsets into texts count characters as Python does (code points), not JavaScript's units: see `textOffsets.ts`.
 */
import type { components } from '../api/schema.generated';

/** The bodies of the HTTP API, as its OpenAPI document has them. */
type Bodies = components['schemas'];

/** The disposition of a sentence; null while undecided. */
export type Disposition = Bodies['Disposition'] | null;

/** A mapping; a sentence has at most one per technique. */
export type MappingBody = Bodies['MappingBody'];

/** `version` rises with every change of the sentence or of its mappings. */
export type SentenceBody = Bodies['SentenceBody'];

/** `text` may be left empty here, the view does not use it. */
export type ReportBody = Bodies['ReportBody'];

/** A column of the matrix. */
export interface Tactic {
  attack_id: string;
  /** As techniques name it: `defense-evasion`. */
  shortname: string;
  name: string;
}

/** A technique that can be mapped. */
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

/** The user and the workbench of a session. */
export interface SessionBody {
  /** The id of the store, under which the browser keeps its storage. */
  workbench: string;
  /** The id of the answering process (a kernel): after a restart remote changes may have been missed. */
  boot: string;
  /** Number of the last row of the log. */
  position: number;
  user: string;
  /** Whether this user may review; otherwise the view is read-only. */
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

/**
 * `uncertainty` puts those first whose decision teaches the model most, `certainty` those whose weakest mapping has the
 * highest confidence.
 */
export type SentenceOrder = 'reading' | 'uncertainty' | 'certainty';

export interface RowsQuery {
  filter: SentenceFilter;
  order: SentenceOrder;
}

/**
 * All sentences that a query describes, in its order, in brief.
 *
 * The view pages over this list, not over the query: accepting a sentence takes it out of "unreviewed", and offsets into
 * the query would then skip another. `states` has a letter for each of `ids`: `a` accepted, `r` rejected, `.` awaiting
 * review; `least` its weakest mapping in percent, null where it bears none.
 */
export type RowsBody = Bodies['RowsBody'];

/** One step of reviewing a sentence. Techniques are named by ATT&CK's own id, which is unique on a sentence. */
export type Operation =
  /** `searched`: the ids that were shown beside those on the sentence. */
  | { kind: 'decide'; disposition: Disposition; searched?: string[] }
  /** Decides about one technique; the sentence follows by the rules of `decisions.ts`. */
  | { kind: 'judge'; attack_id: string; disposition: Disposition; searched?: string[] }
  | { kind: 'add'; attack_id: string; confidence: number; note: string }
  | { kind: 'remove'; attack_id: string }
  /** Changes the given fields of a mapping. */
  | { kind: 'change'; attack_id: string; confidence?: number; note?: string };

/** `ReviewRequest` of `review_requests.py`, each of its actions with what it needs. */
export type BulkAction =
  | { action: 'accept-above'; confidence: number }
  | { action: 'accept-unmapped' }
  | { action: 'accept' | 'reject' | 'clear'; sentences: number[] }
  /** That the section of a sentence shows no technique. */
  | { action: 'dismiss-section'; sentences: [number] }
  /** Wherever they await a decision. */
  | { action: 'accept-techniques' | 'reject-techniques'; techniques: string[] };

/** A wide action: on more than one step of one sentence. */
export type WideAction =
  /** Undo of this user's own last actions in the report. */
  | { kind: 'undo' | 'redo'; steps: number }
  | { kind: 'bulk'; action: BulkAction }
  /** `at`: where the second part begins, in characters as Python counts them. */
  | { kind: 'split'; sentence: number; at: number }
  /** Sentences that follow one another. */
  | { kind: 'merge'; sentences: number[] }
  /** Makes a sentence of a part of the report's text; places in characters, `text` as it was seen. */
  | { kind: 'extract'; start: number; end: number; attack_id: string; text: string };

export type BulkBody = Bodies['BulkBody'];

/** The first part keeps the number. */
export type SplitBody = Bodies['SplitBody'];

/** `sentences` are those that differ now, of the last action first; empty where they are many. */
export type UndoneBody = Bodies['UndoneBody'];

/** Why a model proposes a technique for a sentence. */
export interface ExplanationBody extends Pick<Bodies['ExplanationBody'], 'attack_id' | 'confidence' | 'words'> {
  /** The model that was asked, with its version; empty where none explains. */
  model: string;
  /** Accepted sentences of the technique that are most like this one, the nearest first. */
  examples: ExampleBody[];
}

/** A sentence that a technique is mapped to. */
export interface ExampleBody extends Pick<Bodies['ExampleBody'], 'sentence' | 'report' | 'report_name' | 'text'> {
  /** 0 to 1; null where nobody measured it. */
  similarity: number | null;
}

/** A technique that the model suggests for a sentence, below or above its threshold. */
export type SuggestionBody = Pick<Bodies['SuggestionBody'], 'attack_id' | 'name' | 'confidence'>;

/** The numbers of accepted and of unreviewed sentences of a technique. */
export interface TechniqueCount extends Omit<Bodies['TechniqueCountBody'], 'best'> {
  /** The best confidence among them, in percent; null where there is none. */
  best: number | null;
}

/** A sentence as evidence for a technique. */
export type EvidenceBody = ExampleBody & Pick<Bodies['EvidenceBody'], 'disposition' | 'confidence'>;
