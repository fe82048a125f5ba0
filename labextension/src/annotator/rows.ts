/** Outlines of the sentences that match a query, in its order, known without loading the sentences. */
import type { Disposition, ReportBody, RowsBody, SentenceBody } from './types';

export interface Tally {
  accepted: number;
  rejected: number;
  reviewing: number;
}

type Letter = 'a' | 'r' | '.';

function letterOf(disposition: Disposition): Letter {
  return disposition === null ? '.' : disposition === 'accept' ? 'a' : 'r';
}

/** The report that partial rows belong to, and the number of sentences before them. */
export interface Excerpt {
  report: ReportBody;
  before: number;
}

export class Rows {
  readonly ids: readonly number[];
  /** The total number, with rows that are not here. */
  readonly total: number;
  readonly tally: Tally = { accepted: 0, rejected: 0, reviewing: 0 };
  private readonly before: number;
  private readonly places: Map<number, number>;
  private readonly letters: Letter[];
  private readonly least: (number | null)[];

  constructor(body: RowsBody, excerpt: Excerpt | null = null) {
    this.ids = body.ids;
    this.total = excerpt?.report.total_sentences ?? body.ids.length;
    this.before = excerpt?.before ?? 0;
    this.places = new Map(body.ids.map((id, place) => [id, place]));
    this.letters = body.ids.map((_, place) => (body.states[place] as Letter | undefined) ?? '.');
    this.least = body.ids.map((_, place) => body.least[place] ?? null);
    if (excerpt) {
      const { accepted_sentences: accepted, reviewing_sentences: reviewing } = excerpt.report;
      Object.assign(this.tally, { accepted, reviewing, rejected: this.total - accepted - reviewing });
    } else {
      this.letters.forEach(letter => this.count(letter, 1));
    }
  }

  get length(): number {
    return this.ids.length;
  }

  placeOf(id: number): number | undefined {
    return this.places.get(id);
  }

  /** The number of a sentence among all, from 1. */
  numberOf(id: number): number | undefined {
    const place = this.places.get(id);
    return place === undefined ? undefined : this.before + place + 1;
  }

  at(place: number): number | undefined {
    return this.ids[place];
  }

  /** What became of a sentence: decided, proposed (it bears a mapping that awaits review), or none of these. */
  stateOf(id: number): 'accept' | 'reject' | 'proposed' | 'none' {
    const place = this.places.get(id) ?? -1;
    const letter = this.letters[place];
    if (letter === 'a') {
      return 'accept';
    }
    return letter === 'r' ? 'reject' : (this.least[place] ?? null) === null ? 'none' : 'proposed';
  }

  isReviewing(place: number): boolean {
    return this.letters[place] === '.';
  }

  /** Update a row from a loaded sentence. */
  note(sentence: SentenceBody): void {
    const place = this.places.get(sentence.id);
    if (place !== undefined) {
      const confidences = sentence.mappings.map(item => Number(item.confidence));
      this.least[place] = confidences.length > 0 ? Math.min(...confidences) : null;
      this.decide(sentence.id, sentence.disposition);
    }
  }

  /** Update the disposition of a row, loaded or not. */
  decide(id: number, disposition: Disposition): void {
    const place = this.places.get(id);
    const before = place === undefined ? undefined : this.letters[place];
    const letter = letterOf(disposition);
    if (place !== undefined && before !== undefined && before !== letter) {
      this.count(before, -1);
      this.count(letter, 1);
      this.letters[place] = letter;
    }
  }

  /** The index of the next unreviewed row from `start`, in steps of 1 or -1, wrapping around. */
  nextReviewing(start: number, step: 1 | -1): number | null {
    for (let walked = 1; walked <= this.length; walked++) {
      const place = (((start + step * walked) % this.length) + this.length) % this.length;
      if (this.isReviewing(place)) {
        return place;
      }
    }
    return null;
  }

  /** The number of unreviewed rows with mappings, none of them under `confidence`. */
  countAbove(confidence: number): number {
    return this.letters.filter((letter, place) => letter === '.' && (this.least[place] ?? -1) >= confidence).length;
  }

  /** The number of unreviewed rows without mappings. */
  countUnmapped(): number {
    return this.letters.filter((letter, place) => letter === '.' && this.least[place] === null).length;
  }

  private count(letter: Letter, by: number): void {
    this.tally[letter === 'a' ? 'accepted' : letter === 'r' ? 'rejected' : 'reviewing'] += by;
  }
}
