/** Rules that every style sheet keeps. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = `${process.cwd()}/style/`;
const sheets = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.css'));

/** Selectors with all that any rule of the sheets says of them. */
function declarations(): Map<string, string> {
  const found = new Map<string, string>();
  for (const sheet of sheets) {
    const css = readFileSync(`${folder}${sheet}`, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    for (const [, selectors = '', body = ''] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
      for (const selector of selectors.split(',').map(item => item.trim())) {
        found.set(selector, `${found.get(selector) ?? ''}${body}`);
      }
    }
  }
  return found;
}

describe('what scrolls', () => {
  const scrolling = [...declarations()].filter(([, body]) => /overflow(-[xy])?:\s*(auto|scroll)/.test(body));

  it('is found at all', () => {
    expect(scrolling.map(([selector]) => selector)).toContain('.tram-Detail');
  });

  // An absolutely positioned element in it would count for the page around it instead, which then scrolls into nothing.
  it.each(scrolling)('%s is positioned, so that it holds what is hidden for the eye', (_selector, body) => {
    expect(body).toMatch(/position:\s*(relative|absolute|fixed|sticky)/);
  });
});
