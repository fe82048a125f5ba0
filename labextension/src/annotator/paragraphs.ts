/** A report's text as paragraphs, each cut where a sentence begins or ends. */
import type { ReportText } from './transport';

export interface Piece {
  text: string;
  /** The sentence that it belongs to; null between sentences. */
  sentence: number | null;
}

export type Paragraph = readonly Piece[];

/** Return a function from code points to UTF-16 units; without characters beyond the first plane both are the same. */
function unitsOf(text: string): (point: number) => number {
  if (!/[\ud800-\udbff]/.test(text)) {
    return point => point;
  }
  const units: number[] = [];
  let unit = 0;
  for (const character of text) {
    units.push(unit);
    unit += character.length;
  }
  return point => units[point] ?? unit;
}

/** The pieces of a text between two places. */
function piecesOf(text: string, begin: number, end: number, spans: readonly (readonly [number, number, number])[]): Piece[] {
  const pieces: Piece[] = [];
  const add = (from: number, to: number, sentence: number | null): void => {
    if (to > from) {
      pieces.push({ text: text.slice(from, to), sentence });
    }
  };
  let place = begin;
  for (const [id, start, stop] of spans) {
    const from = Math.max(place, start);
    const to = Math.min(end, stop);
    if (to > from) {
      add(place, from, null);
      add(from, to, id);
      place = to;
    }
  }
  add(place, end, null);
  return pieces;
}

export function paragraphsOf({ text, ids, starts, ends }: ReportText): Paragraph[] {
  const unit = unitsOf(text);
  const spans = ids.map((id, index) => [id, unit(starts[index] ?? 0), unit(ends[index] ?? 0)] as const);
  const found: Paragraph[] = [];
  let first = 0;
  for (const line of text.matchAll(/[^\n]*\S[^\n]*/g)) {
    const begin = line.index;
    const end = begin + line[0].length;
    while (first < spans.length && (spans[first]?.[2] ?? 0) <= begin) {
      first += 1;
    }
    let last = first;
    while (last < spans.length && (spans[last]?.[1] ?? 0) < end) {
      last += 1;
    }
    found.push(piecesOf(text, begin, end, spans.slice(first, last)));
  }
  return found;
}
