/** Limits that every source file keeps. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const MOST_LINES = 420;
const SOURCE = /\.(ts|tsx|css|mjs)$/;

const sources = ['src', 'style', 'scripts'].flatMap(folder =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => SOURCE.test(name) && !name.includes('generated'))
    .map(name => `${folder}/${name}`)
);

it('finds sources in every folder', () => {
  expect(sources).toEqual(expect.arrayContaining(['src/index.ts', 'style/annotator/detail.css', 'scripts/clean.mjs']));
});

it('has no source file over the limit', () => {
  const lengths = sources.map(name => [name, readFileSync(name, 'utf8').split('\n').length - 1] as const);
  expect(lengths.filter(([, lines]) => lines > MOST_LINES)).toEqual([]);
});
