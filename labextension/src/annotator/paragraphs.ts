/** A report's text line by line, each cut where a sentence begins or ends, with what the line is. */
import type { BlockBody, ReportText } from './transport';

export interface Piece {
  text: string;
  /** The sentence that it belongs to; null between sentences. */
  sentence: number | null;
  /** Where it begins in the text, in UTF-16 units. */
  place: number;
}

/** What a line is: a row of a table where it consists of cells. */
export type LineKind = 'paragraph' | 'heading' | 'item' | 'row' | 'code' | 'caption';

export interface Line {
  kind: LineKind;
  /** Of a heading, from 1; else 0. */
  level: number;
  /** Whether an item has a bullet or number of its own. */
  isMarked: boolean;
  /** The pieces of each cell; a line that is not a row of a table is a single cell. */
  cells: readonly (readonly Piece[])[];
}

/** Consecutive lines that are drawn as one: a list, a table, a listing; of other kinds one line each. */
export interface LineGroup {
  kind: LineKind;
  lines: readonly Line[];
}

type Spans = readonly (readonly [number, number, number])[];

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
function piecesOf(text: string, begin: number, end: number, spans: Spans): Piece[] {
  const pieces: Piece[] = [];
  const add = (from: number, to: number, sentence: number | null): void => {
    if (to > from) {
      pieces.push({ text: text.slice(from, to), sentence, place: from });
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

const KINDS: Readonly<Record<BlockBody['kind'], LineKind>> = {
  heading: 'heading',
  item: 'item',
  cell: 'row',
  code: 'code',
  caption: 'caption'
};

/** The pieces of the cells that stand on a line with tabs between them. */
function cellsOf(text: string, begin: number, end: number, spans: Spans): Piece[][] {
  const cells: Piece[][] = [];
  let place = begin;
  for (const cell of text.slice(begin, end).split('\t')) {
    cells.push(piecesOf(text, place, place + cell.length, spans));
    place += cell.length + 1;
  }
  return cells;
}

/** The index of the first item that does not end before a place, from an earlier index on. */
function firstFrom(ends: readonly number[], index: number, place: number): number {
  let first = index;
  while (first < ends.length && (ends[first] ?? 0) <= place) {
    first += 1;
  }
  return first;
}

export function linesOf({ text, ids, starts, ends, blocks }: ReportText): Line[] {
  const unit = unitsOf(text);
  const spans = ids.map((id, index) => [id, unit(starts[index] ?? 0), unit(ends[index] ?? 0)] as const);
  const known = blocks.map(block => ({ ...block, start: unit(block.start), end: unit(block.end) }));
  const [spanEnds, blockEnds] = [spans.map(span => span[2]), known.map(block => block.end)];
  const found: Line[] = [];
  let first = 0;
  let block = 0;
  for (const match of text.matchAll(/[^\n]*\S[^\n]*/g)) {
    const begin = match.index;
    const end = begin + match[0].length;
    first = firstFrom(spanEnds, first, begin);
    let last = first;
    while (last < spans.length && (spans[last]?.[1] ?? 0) < end) {
      last += 1;
    }
    block = firstFrom(blockEnds, block, begin);
    const its = (known[block]?.start ?? Infinity) < end ? known[block] : undefined;
    const kind = its ? KINDS[its.kind] : 'paragraph';
    const here = spans.slice(first, last);
    const cells = kind === 'row' ? cellsOf(text, begin, end, here) : [piecesOf(text, begin, end, here)];
    found.push({ kind, level: its?.level ?? 0, isMarked: (its?.start ?? begin) > begin, cells });
  }
  return found;
}

const GROUPED: ReadonlySet<LineKind> = new Set(['item', 'row', 'code']);

export function groupsOf(lines: readonly Line[]): LineGroup[] {
  const groups: { kind: LineKind; lines: Line[] }[] = [];
  for (const line of lines) {
    const last = groups[groups.length - 1];
    if (last?.kind === line.kind && GROUPED.has(line.kind)) {
      last.lines.push(line);
    } else {
      groups.push({ kind: line.kind, lines: [line] });
    }
  }
  return groups;
}
