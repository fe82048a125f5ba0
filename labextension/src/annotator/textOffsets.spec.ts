// @vitest-environment node
import { describe, expect, it } from 'vitest';

import { characterOf, cuts, likelyCut, stretches, unitOf } from './textOffsets';

const BEAR = 'a 🐻 ran'; // the bear is one character to Python, two units to JavaScript

describe('offsets', () => {
  it.each([
    [0, 0],
    [2, 2],
    [3, 4],
    [5, 6],
    [99, 8]
  ])('finds character %i at unit %i', (character, unit) => {
    expect(unitOf(BEAR, character)).toBe(unit);
  });

  it('counts characters, not units', () => {
    expect(characterOf(BEAR, 4)).toBe(3);
  });

  it('cuts a text at the borders of spans, the earlier of two that overlap on top', () => {
    const spans = [
      { start: 2, end: 3, value: 'first' },
      { start: 0, end: 5, value: 'second' }
    ];
    expect(stretches(BEAR, spans)).toEqual([
      { text: 'a ', value: 'second' },
      { text: '🐻', value: 'first' },
      { text: ' r', value: 'second' },
      { text: 'an', value: null }
    ]);
  });

  it('keeps spans within the text', () => {
    expect(stretches('abc', [{ start: 2, end: 50, value: 1 }])).toEqual([
      { text: 'ab', value: null },
      { text: 'c', value: 1 }
    ]);
    expect(stretches('', [{ start: 0, end: 1, value: 1 }])).toEqual([]);
  });
});

describe('cuts', () => {
  it('may be made before every word but the first', () => {
    expect(cuts('  one two  three')).toEqual([6, 11]);
    expect(cuts('one')).toEqual([]);
  });

  it('is likely where a sentence ends', () => {
    expect(likelyCut('He came in. Then all the others went away')).toBe(12);
    expect(likelyCut('one two three four')).toBe(8);
    expect(likelyCut('one')).toBeNull();
  });
});
