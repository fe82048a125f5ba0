/** The figures of model versions: what a card says, and how it differs from the version before. */
import type { Card, Comparison, Version } from '../api/tramServer';

export interface Figure {
  name: string;
  label: string;
  /** From 0 to 1; null where it was not measured. */
  value: number | null;
  /** Difference to the version before; null where there is none. */
  change: number | null;
  /** Whether a change is for the better; null where it is too small to tell. */
  better: boolean | null;
}

export interface TechniqueRow {
  attackId: string;
  f1: number;
  precision: number;
  recall: number;
  support: number;
  change: number | null;
}

export interface Bin {
  confidence: number;
  accuracy: number;
  count: number;
}

/** A change that shows as none. */
const NOTHING = 0.0005;

const LABELS: readonly (readonly [string, string, boolean])[] = [
  ['f1_weighted', 'F1 weighted', true],
  ['f1_micro', 'F1 micro', true],
  ['f1_macro', 'F1 macro', true],
  ['ece', 'Calibration error', false]
];

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(record) : [];
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function calibrationOf({ card }: Card): Record<string, unknown> {
  return record(record(record(card)['details'])['calibration']);
}

export function figuresOf(card: Card, comparison: Comparison | null): Figure[] {
  return LABELS.map(([name, label, moreIsBetter]) => {
    const value = name === 'ece' ? calibrationOf(card)['ece'] : record(card)[name];
    const change = comparison?.figures[name]?.change ?? null;
    const better = change === null || Math.abs(change) < NOTHING ? null : change > 0 === moreIsBetter;
    return { name, label, value: numberOf(value), change, better };
  });
}

export function techniquesOf(card: Card, comparison: Comparison | null): TechniqueRow[] {
  const changes = new Map(comparison?.techniques.map(item => [item.attack_id, item.change]));
  return list(record(card.card)['techniques'])
    .map(item => {
      const attackId = String(item['attack_id']);
      return {
        attackId,
        f1: numberOf(item['f1']) ?? 0,
        precision: numberOf(item['precision']) ?? 0,
        recall: numberOf(item['recall']) ?? 0,
        support: numberOf(item['support']) ?? 0,
        change: changes.get(attackId) ?? null
      };
    })
    .sort((one, other) => one.f1 - other.f1 || other.support - one.support);
}

export function confusionsOf(card: Card): { truth: string; predicted: string; count: number }[] {
  return list(record(record(card.card)['details'])['confusions']).map(item => ({
    truth: item['truth'] === null ? 'no technique' : String(item['truth']),
    predicted: item['predicted'] === null ? 'no technique' : String(item['predicted']),
    count: numberOf(item['count']) ?? 0
  }));
}

export function binsOf(card: Card): Bin[] {
  return list(calibrationOf(card)['bins']).flatMap(item => {
    const [confidence, accuracy, count] = [item['confidence'], item['accuracy'], item['count']].map(numberOf);
    return confidence == null || accuracy == null || !count ? [] : [{ confidence, accuracy, count }];
  });
}

export function warningsOf(card: Card): string[] {
  const found = record(card.card)['warnings'];
  return Array.isArray(found) ? found.map(String) : [];
}

/** The version to compare with: the latest one before. */
export function versionBefore(versions: readonly Version[], version: number): Version | null {
  return versions.filter(item => item.version < version).sort((one, other) => other.version - one.version)[0] ?? null;
}

/** Percent with one decimal, or a dash where nothing was measured. */
export function percent(value: number | null): string {
  return value === null ? '–' : `${(100 * value).toFixed(1)} %`;
}
