import { expect, it } from 'vitest';

import { paragraphsOf } from './paragraphs';

const cut = (text: string, ...spans: [number, number, number][]): [string, number | null][][] =>
  paragraphsOf({
    text,
    ids: spans.map(item => item[0]),
    starts: spans.map(item => item[1]),
    ends: spans.map(item => item[2])
  }).map(paragraph => paragraph.map(piece => [piece.text, piece.sentence]));

it('cuts lines where sentences begin and end, and drops blank ones', () => {
  expect(cut('It ran. Then it slept.\n\n \nA heading', [1, 0, 7], [2, 8, 22], [3, 26, 35])).toEqual([
    [
      ['It ran.', 1],
      [' ', null],
      ['Then it slept.', 2]
    ],
    [['A heading', 3]]
  ]);
});

it('shows what belongs to no sentence', () => {
  expect(cut('Before it ran after.', [1, 7, 13])).toEqual([
    [
      ['Before ', null],
      ['it ran', 1],
      [' after.', null]
    ]
  ]);
});

it('shows a sentence across lines on each of them', () => {
  expect(cut('It ran\nand slept.', [1, 0, 17])).toEqual([[['It ran', 1]], [['and slept.', 1]]]);
});

it('counts characters as the server does', () => {
  expect(cut('😀 It ran. 😀 It slept.', [1, 2, 9], [2, 12, 21])[0]?.filter(([, id]) => id !== null)).toEqual([
    ['It ran.', 1],
    ['It slept.', 2]
  ]);
});

it('shows of overlapping sentences each part once', () => {
  expect(
    cut('abcdef', [1, 0, 4], [2, 2, 6])
      .flat()
      .map(([text]) => text)
      .join('')
  ).toBe('abcdef');
});
