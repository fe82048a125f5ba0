/** The German catalogue has the words of the interface, all of them and no others. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

import { FORMATS } from './panels/formats';
import { counted, translateWith, words } from './words';

const CATALOGUE = `${process.cwd()}/../tram_ext/locale/de_DE/LC_MESSAGES/tram_ext.json`;
/** Words that stand in tables, and are looked up by their place there. */
const IN_TABLES = ['F1 weighted', 'F1 micro', 'F1 macro', 'Calibration error', ...FORMATS.map(([, label]) => label)];
const TEXT = "'((?:[^'\\\\]|\\\\.)*)'";

const { '': header, ...catalogue } = JSON.parse(readFileSync(CATALOGUE, 'utf8')) as Record<string, string[]>;

/** The messages of the sources, each with its plural where it has one. */
function messages(): Map<string, string | null> {
  const found = new Map<string, string | null>(IN_TABLES.map(text => [text, null]));
  const names = readdirSync('src', { recursive: true, encoding: 'utf8' });
  for (const name of names.filter(item => /\.tsx?$/.test(item) && !/\.spec\.|testing|words\.ts$/.test(item))) {
    const source = readFileSync(`src/${name}`, 'utf8');
    for (const [, text = ''] of source.matchAll(new RegExp(`\\bwords\\(\\s*${TEXT}`, 'g'))) {
      found.set(text.replace(/\\n/g, '\n'), null);
    }
    for (const [, one = '', many = ''] of source.matchAll(new RegExp(`\\bcounted\\(\\s*${TEXT}\\s*,\\s*${TEXT}`, 'g'))) {
      found.set(one, many);
    }
  }
  return found;
}

const marks = (text: string): string[] => [...text.matchAll(/%\d/g)].map(([mark]) => mark).sort();

it('holds every message', () => {
  expect([...messages().keys()].filter(text => !(text in catalogue))).toEqual([]);
});

it('holds no other', () => {
  expect(Object.keys(catalogue).filter(text => !messages().has(text))).toEqual([]);
});

it('keeps the places of values, and has plurals where there are some', () => {
  for (const [text, plural] of messages()) {
    const translated = catalogue[text] ?? [];
    expect(translated.length, text).toBe(plural === null ? 1 : 2);
    expect(translated.map(marks), text).toEqual(translated.map((_, index) => marks(index === 0 ? text : (plural ?? ''))));
  }
});

it('says which language it is, as JupyterLab wants it', () => {
  expect(header).toMatchObject({ language: 'de-DE', plural_forms: 'nplurals=2; plural=(n != 1);' });
});

it('is asked by the words of the interface, and English is what stands for it', () => {
  expect([words('Matrix of %1', 'X'), counted('%1 proposal left', '%1 proposals left', 1)]).toEqual([
    'Matrix of X',
    '1 proposal left'
  ]);
  translateWith({ __: text => `de:${text}`, _n: (one, many, count) => `de:${count === 1 ? one : many}` });
  expect([words('Queue'), counted('one', 'many', 2)]).toEqual(['de:Queue', 'de:many']);
});
