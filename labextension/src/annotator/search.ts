/** Search of techniques by id, name and alias while typing. */
import type { AttackBody, Tactic, Technique } from './types';

export interface Hit {
  technique: Technique;
  /** The matching alias, where neither id nor name matches. */
  alias: string | null;
}

interface Entry {
  technique: Technique;
  id: string;
  name: string;
  words: readonly string[];
  aliases: readonly { text: string; folded: string; words: readonly string[] }[];
}

/** Normalise text: lower case, no accents, one space for all but letters, digits and dots. */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.]+/gu, ' ')
    .trim();
}

function entryOf(technique: Technique): Entry {
  const name = folded(technique.name);
  return {
    technique,
    id: technique.attack_id.toLowerCase(),
    name,
    words: name.split(' '),
    aliases: technique.aliases.map(text => ({ text, folded: folded(text), words: folded(text).split(' ') }))
  };
}

/** The score of a match of words by prefix; 0 where a word has none. */
function wordScore(asked: readonly string[], words: readonly string[]): number {
  const met = asked.every(word => words.some(item => item.startsWith(word)));
  return met ? asked.filter(word => words.includes(word)).length / asked.length + 1 : 0;
}

function idScore(query: string, id: string): number {
  const asked = /^t?\d/.test(query) ? query.replace(/^t?/, 't') : query;
  return id === asked ? 1000 : id.startsWith(asked) && asked.length > 1 ? 900 - id.length : 0;
}

function textScore(query: string, asked: readonly string[], text: string, words: readonly string[]): number {
  if (text === query) {
    return 800;
  }
  if (text.startsWith(query)) {
    return 700 - Math.min(text.length, 99);
  }
  const found = wordScore(asked, words);
  if (found > 0) {
    return 500 + 40 * found - Math.min(text.length, 99) / 2;
  }
  return query.length > 2 && text.includes(query) ? 300 - Math.min(text.length, 99) : 0;
}

export class AttackIndex {
  readonly version: string;
  readonly tactics: readonly Tactic[];
  readonly techniques: readonly Technique[];
  private readonly byId: Map<string, Technique>;
  private readonly entries: readonly Entry[];
  private readonly columns: Map<string, number>;

  constructor(attack: AttackBody) {
    this.version = attack.version;
    this.tactics = attack.tactics;
    this.techniques = attack.techniques;
    this.byId = new Map(attack.techniques.map(item => [item.attack_id, item]));
    this.entries = attack.techniques.filter(item => item.status === 'active' || item.status === 'retired').map(entryOf);
    this.columns = new Map(attack.tactics.map((tactic, column) => [tactic.shortname, column]));
  }

  find(attackId: string): Technique | undefined {
    return this.byId.get(attackId);
  }

  /** The column of a technique's first tactic in the matrix; null where it has none. */
  columnOf(attackId: string): number | null {
    const technique = this.byId.get(attackId) ?? this.byId.get(attackId.split('.')[0] ?? '');
    const columns = technique?.tactics.map(name => this.columns.get(name) ?? Infinity) ?? [];
    const first = Math.min(...columns);
    return Number.isFinite(first) ? first : null;
  }

  tacticNames(technique: Technique): string[] {
    return technique.tactics.map(name => this.tactics[this.columns.get(name) ?? -1]?.name ?? name);
  }

  /** The full name of a sub-technique, its parent's first, as ATT&CK writes it. */
  fullName(technique: Technique): string {
    const parent = technique.attack_id.includes('.') ? this.byId.get(technique.attack_id.split('.')[0] ?? '') : undefined;
    return parent ? `${parent.name}: ${technique.name}` : technique.name;
  }

  /** The matching techniques, best first; all in order of id for an empty query. */
  search(text: string, limit = 50): Hit[] {
    const query = folded(text);
    if (query === '') {
      return this.entries.slice(0, limit).map(entry => ({ technique: entry.technique, alias: null }));
    }
    const asked = query.split(' ');
    const scored = this.entries.flatMap(entry => {
      const own = Math.max(idScore(query, entry.id), textScore(query, asked, entry.name, entry.words));
      const aliases = entry.aliases.map(alias => ({
        alias: alias.text,
        score: textScore(query, asked, alias.folded, alias.words) - 50
      }));
      const best = aliases.reduce((a, b) => (b.score > a.score ? b : a), { alias: '', score: 0 });
      const score = Math.max(own, best.score);
      return score > 0 ? [{ entry, score, alias: own >= best.score ? null : best.alias }] : [];
    });
    scored.sort((a, b) => b.score - a.score || a.entry.id.localeCompare(b.entry.id));
    return scored.slice(0, limit).map(({ entry, alias }) => ({ technique: entry.technique, alias }));
  }
}
