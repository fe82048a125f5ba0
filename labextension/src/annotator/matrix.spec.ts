import { describe, expect, it } from 'vitest';

import { columnsOf, findsOf, flat } from './matrix';
import { matrixSvg } from './matrixImage';
import { AttackIndex } from './search';
import { ATTACK, HOSTILE } from './testing/examples';
import type { TechniqueCount } from './types';

const index = new AttackIndex(ATTACK);
const COUNTS: TechniqueCount[] = [
  { attack_id: 'T1053.005', name: 'Scheduled Task', accepted: 1, proposed: 0, best: 88 },
  { attack_id: 'T1071', name: 'Application Layer Protocol', accepted: 0, proposed: 16, best: 97.4 },
  { attack_id: 'T1064', name: HOSTILE, accepted: 2, proposed: 0, best: null },
  { attack_id: 'T9999', name: 'Gone', accepted: 0, proposed: 1, best: null }
];

function shape(everything: boolean): Record<string, string[]> {
  return Object.fromEntries(
    columnsOf(index, COUNTS, everything).map(column => [
      column.tactic.name,
      flat(column.cells).map(cell => cell.technique.attack_id)
    ])
  );
}

describe('the matrix', () => {
  it('shows what was found under each of its tactics, with the technique of a found sub-technique', () => {
    expect(shape(false)).toEqual({
      Execution: ['T1053', 'T1053.005', 'T1064'],
      Persistence: ['T1053', 'T1053.005'],
      'Command and Control': ['T1071'],
      'Without a tactic': ['T9999']
    });
  });

  it('shows all active techniques on request', () => {
    expect(shape(true)['Execution']).toEqual(['T1053', 'T1053.005', 'T1059', 'T1059.001', 'T1059.003', 'T1064']);
  });

  it('grades by how much was found', () => {
    const levels = new Map(
      columnsOf(index, COUNTS, false).flatMap(column => flat(column.cells).map(cell => [cell.technique.attack_id, cell.level]))
    );
    expect(levels.get('T1071')).toBe(4);
    expect(levels.get('T1053.005')).toBe(1);
    expect(levels.get('T1053')).toBe(0);
  });

  it('says in words what a cell holds', () => {
    const cells = columnsOf(index, COUNTS, false).flatMap(column => flat(column.cells));
    expect(cells.map(findsOf)).toContain('16 to review, best 97 %');
    expect(cells.map(findsOf)).toContain('nothing found');
  });

  it('is empty where nothing was found', () => {
    expect(columnsOf(index, [], false)).toEqual([]);
  });
});

describe('the picture', () => {
  it('is well-formed and holds hostile names as text', () => {
    const svg = matrixSvg(columnsOf(index, COUNTS, false), `${HOSTILE}\u0000 & "more"`, '18.1');
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
    expect(parsed.querySelector('parsererror')).toBeNull();
    expect(parsed.querySelector('img')).toBeNull();
    expect(parsed.documentElement.textContent).toContain('<img src=x onerror=');
    expect(parsed.querySelectorAll('rect')).toHaveLength(1 + 7);
    expect(svg).not.toMatch(/href|url\(/);
  });
});
