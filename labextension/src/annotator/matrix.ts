/** The ATT&CK matrix as columns of cells with counts. */
import type { AttackIndex } from './search';
import type { Tactic, Technique, TechniqueCount } from './types';

export interface Cell {
  technique: Technique;
  accepted: number;
  proposed: number;
  best: number | null;
  /** 0 where nothing was found, then 1 to 4. */
  level: number;
  subs: Cell[];
}

export interface Column {
  tactic: Tactic;
  cells: Cell[];
}

const LEVELS = 4;

function totalOf(cell: { accepted: number; proposed: number }): number {
  return cell.accepted + cell.proposed;
}

/** With no more counts than levels each has its own; otherwise levels grow with the square root of the count. */
function levelOf(total: number, most: number): number {
  return most <= LEVELS ? total : total === 0 ? 0 : Math.max(1, Math.ceil(LEVELS * Math.sqrt(total / most)));
}

function hasFinds(cell: Cell): boolean {
  return totalOf(cell) > 0 || cell.subs.some(hasFinds);
}

/**
 * The columns in the matrix's order. `everything` shows all active techniques, else only those that were found, and those
 * of found sub-techniques. What ATT&CK does not place under a tactic any more comes last.
 */
export function columnsOf(attack: AttackIndex, counts: readonly TechniqueCount[], everything: boolean): Column[] {
  const found = new Map(counts.map(count => [count.attack_id, count]));
  const most = Math.max(1, ...counts.map(totalOf));
  const cellOf = (technique: Technique): Cell => {
    const { accepted, proposed, best } = found.get(technique.attack_id) ?? { accepted: 0, proposed: 0, best: null };
    return { technique, accepted, proposed, best, level: levelOf(accepted + proposed, most), subs: [] };
  };
  const known = new Set(attack.techniques.map(technique => technique.attack_id));
  const strangers = counts.filter(count => !known.has(count.attack_id)).map(count => strangerOf(count.attack_id, count.name));
  const subs = new Map<string, Technique[]>();
  for (const technique of attack.techniques.filter(item => item.attack_id.includes('.'))) {
    const parent = technique.attack_id.split('.')[0] ?? '';
    subs.set(parent, [...(subs.get(parent) ?? []), technique]);
  }
  const column = (tactic: Tactic, techniques: readonly Technique[]): Column => {
    const cells = techniques
      .filter(technique => !technique.attack_id.includes('.') || !known.has(technique.attack_id.split('.')[0] ?? ''))
      .map(technique => ({
        ...cellOf(technique),
        subs: (subs.get(technique.attack_id) ?? [])
          .map(cellOf)
          .filter(cell => hasFinds(cell) || (everything && cell.technique.status === 'active'))
      }))
      .filter(cell => hasFinds(cell) || (everything && cell.technique.status === 'active'));
    return { tactic, cells };
  };
  const columns = attack.tactics.map(tactic =>
    column(
      tactic,
      attack.techniques.filter(technique => technique.tactics.includes(tactic.shortname))
    )
  );
  const placed = new Set(attack.tactics.map(tactic => tactic.shortname));
  const elsewhere = [...attack.techniques.filter(item => !item.tactics.some(name => placed.has(name))), ...strangers];
  const last = column({ attack_id: '', shortname: '', name: 'Without a tactic' }, elsewhere);
  return [...columns, last].filter(item => item.cells.length > 0 || (everything && item.tactic.attack_id !== ''));
}

function strangerOf(attackId: string, name: string): Technique {
  return {
    attack_id: attackId,
    name,
    aliases: [],
    tactics: [],
    description: '',
    is_excerpt: false,
    url: '',
    status: 'retired'
  };
}

/** The content of a cell, in words. */
export function findsOf(cell: Cell): string {
  const parts = [
    cell.accepted > 0 ? `${cell.accepted} accepted` : '',
    cell.proposed > 0 ? `${cell.proposed} to review` : '',
    cell.best !== null ? `best ${Math.round(cell.best)} %` : ''
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : 'nothing found';
}

export function flat(cells: readonly Cell[]): Cell[] {
  return cells.flatMap(cell => [cell, ...cell.subs]);
}
