/** The sentences that a query describes, in its order and in brief: what can be said without having loaded them. */
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

/** What rows are part of, where they are not all there is: a report, and how many of its sentences come before. */
export interface Excerpt {
  report: ReportBody;
  before: number;
}

export class Rows {
  readonly ids: readonly number[];
  /** How many there are, those that are not here among them. */
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

  /** The number of a sentence among all there are, from 1. */
  numberOf(id: number): number | undefined {
    const place = this.places.get(id);
    return place === undefined ? undefined : this.before + place + 1;
  }

  at(place: number): number | undefined {
    return this.ids[place];
  }

  isReviewing(place: number): boolean {
    return this.letters[place] === '.';
  }

  /** Take over what a loaded sentence shows. */
  note(sentence: SentenceBody): void {
    const place = this.places.get(sentence.id);
    if (place !== undefined) {
      const confidences = sentence.mappings.map(item => Number(item.confidence));
      this.least[place] = confidences.length > 0 ? Math.min(...confidences) : null;
      this.decide(sentence.id, sentence.disposition);
    }
  }

  /** Take over what was decided about a sentence, loaded or not. */
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

  /** The nearest place from `start` on, in steps of 1 or -1 and around the end, that awaits review. */
  nextReviewing(start: number, step: 1 | -1): number | null {
    for (let walked = 1; walked <= this.length; walked++) {
      const place = (((start + step * walked) % this.length) + this.length) % this.length;
      if (this.isReviewing(place)) {
        return place;
      }
    }
    return null;
  }

  /** How many await review and bear no mapping under `confidence`, but at least one. */
  countAbove(confidence: number): number {
    return this.letters.filter((letter, place) => letter === '.' && (this.least[place] ?? -1) >= confidence).length;
  }

  /** How many await review and bear no mapping. */
  countUnmapped(): number {
    return this.letters.filter((letter, place) => letter === '.' && this.least[place] === null).length;
  }

  private count(letter: Letter, by: number): void {
    this.tally[letter === 'a' ? 'accepted' : letter === 'r' ? 'rejected' : 'reviewing'] += by;
  }
}
