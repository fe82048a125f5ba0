import { expect, it } from 'vitest';

import { groupsOf, linesOf } from './paragraphs';
import type { BlockBody } from './transport';

const cut = (text: string, ...spans: [number, number, number][]): [string, number | null][][] =>
  linesOf({
    text,
    ids: spans.map(item => item[0]),
    starts: spans.map(item => item[1]),
    ends: spans.map(item => item[2]),
    blocks: []
  }).map(line => line.cells.flat().map(piece => [piece.text, piece.sentence]));

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

it('says what lines are, and takes what belongs together as one', () => {
  const text = '😀 Findings\n\nProse.\n- One\nTwo\na\tb\nc\td\nls\npwd\nTable 1: x';
  const points = [...text].join('');
  const block = (words: string, kind: BlockBody['kind'], level = 0): BlockBody => {
    const start = [...points.slice(0, points.indexOf(words))].length;
    return { start, end: start + [...words].length, kind, level };
  };
  const blocks = [
    block('😀 Findings', 'heading', 2),
    block('One', 'item'),
    block('Two', 'item'),
    ...['a', 'b', 'c', 'd'].map(cell => block(`${cell}`, 'cell')),
    block('ls', 'code'),
    block('pwd', 'code'),
    block('Table 1: x', 'caption')
  ];
  // A letter of a cell stands in other words, too: find each after the one before.
  const table = [...points].indexOf('\t') - 1;
  [0, 2, 4, 6].forEach((step, index) => {
    const cell = blocks[3 + index];
    if (cell) {
      cell.start = table + step;
      cell.end = table + step + 1;
    }
  });
  const groups = groupsOf(linesOf({ text, ids: [7], starts: [table + 2], ends: [table + 3], blocks }));
  expect(groups.map(group => [group.kind, group.lines.length])).toEqual([
    ['heading', 1],
    ['paragraph', 1],
    ['item', 2],
    ['row', 2],
    ['code', 2],
    ['caption', 1]
  ]);
  expect(groups[0]?.lines[0]?.level).toBe(2);
  expect(groups[2]?.lines.map(line => line.isMarked)).toEqual([true, false]);
  expect(groups[3]?.lines[0]?.cells).toMatchObject([[{ text: 'a', sentence: null }], [{ text: 'b', sentence: 7 }]]);
});
