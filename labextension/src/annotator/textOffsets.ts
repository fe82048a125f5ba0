/** Conversion of text offsets: the API counts code points, JavaScript UTF-16 units. */

/** The UTF-16 unit at which code point `offset` begins. */
export function unitOf(text: string, offset: number): number {
  let unit = 0;
  for (let character = 0; character < offset && unit < text.length; character++) {
    unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
  }
  return unit;
}

/** The number of code points before `unit`. */
export function characterOf(text: string, unit: number): number {
  return Array.from(text.slice(0, unit)).length;
}

/** A part of a text, and whether it is highlighted. */
export interface Stretch<Value> {
  text: string;
  value: Value | null;
}

/**
 * Cut a text at the borders of some spans of characters. Where spans overlap, the earlier in the list wins; spans
 * outside the text are cut to it.
 */
export function stretches<Value>(
  text: string,
  spans: readonly { start: number; end: number; value: Value }[]
): Stretch<Value>[] {
  const marks: (Value | null)[] = Array.from({ length: text.length }, () => null);
  for (const span of [...spans].reverse()) {
    marks.fill(span.value, unitOf(text, span.start), unitOf(text, Math.max(span.start, span.end)));
  }
  const found: Stretch<Value>[] = [];
  for (let unit = 0; unit < text.length; unit++) {
    const value = marks[unit] ?? null;
    const last = found[found.length - 1];
    if (last && last.value === value) {
      last.text += text[unit];
    } else {
      found.push({ text: text[unit] ?? '', value });
    }
  }
  return found;
}

/** The offsets at which a text may be split: before each word but the first, in units. */
export function cuts(text: string): number[] {
  return Array.from(text.matchAll(/\S+/gu), match => match.index).slice(1);
}

/** The most likely split: after the end of a sentence, near the middle. */
export function likelyCut(text: string): number | null {
  const all = cuts(text);
  const ends = all.filter(unit => /[.!?;:]["')\]]?\s+$/u.test(text.slice(0, unit)));
  const middle = text.length / 2;
  const candidates = ends.length > 0 ? ends : all;
  return candidates.reduce<number | null>(
    (best, unit) => (best === null || Math.abs(unit - middle) < Math.abs(best - middle) ? unit : best),
    null
  );
}
