import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { FOLDER, GUIDES } from './guides';
import { areNotebookFiles, type ContentsAccess, copyMissing } from './notebookFiles';

const NOTEBOOK = { path: '01-quickstart.ipynb', content: btoa('{"cells": [], "nbformat": 4}') };
const SAMPLE = { path: 'samples/report.txt', content: btoa('It waits.') };

/** Jupyter's contents, as far as copying needs them. */
function contentsWith(there: string[], failure = 404): { contents: ContentsAccess; saved: Map<string, unknown> } {
  const saved = new Map<string, unknown>();
  const contents = {
    get: async (path: string) => {
      if (there.includes(path) || saved.has(path)) {
        return { path };
      }
      throw Object.assign(new Error('no'), { response: new Response('', { status: failure }) });
    },
    save: async (path: string, model: unknown) => {
      saved.set(path, model);
      return { path };
    }
  } as unknown as ContentsAccess;
  return { contents, saved };
}

describe('copyMissing', () => {
  it('makes folders, notebooks and samples', async () => {
    const { contents, saved } = contentsWith([]);
    await copyMissing(contents, [NOTEBOOK, SAMPLE]);
    expect([...saved.keys()]).toEqual([
      FOLDER,
      `${FOLDER}/samples`,
      `${FOLDER}/01-quickstart.ipynb`,
      `${FOLDER}/samples/report.txt`
    ]);
    expect(saved.get(`${FOLDER}/01-quickstart.ipynb`)).toEqual({
      type: 'notebook',
      format: 'json',
      content: { cells: [], nbformat: 4 }
    });
    expect(saved.get(`${FOLDER}/samples/report.txt`)).toEqual({
      type: 'file',
      format: 'base64',
      content: SAMPLE.content
    });
  });

  it('leaves what the reader has', async () => {
    const { contents, saved } = contentsWith([FOLDER, `${FOLDER}/01-quickstart.ipynb`]);
    await copyMissing(contents, [NOTEBOOK]);
    expect(saved.size).toBe(0);
  });

  it('does not take a folder that may not be read for one that is missing', async () => {
    const { contents, saved } = contentsWith([], 403);
    await expect(copyMissing(contents, [NOTEBOOK])).rejects.toThrow('no');
    expect(saved.size).toBe(0);
  });
});

it('names the notebooks that there are', () => {
  const folder = '../notebooks';
  const files = readdirSync(folder).filter(name => name.endsWith('.ipynb'));
  expect(GUIDES.map(guide => guide.file)).toEqual(files.sort());
  for (const guide of GUIDES) {
    expect(readFileSync(`${folder}/${guide.file}`, 'utf-8')).toContain('"nbformat"');
  }
});

it.each([null, {}, [1], [{ path: 'a' }]])('knows that %j are no files', body => {
  expect(areNotebookFiles(body)).toBe(false);
});
