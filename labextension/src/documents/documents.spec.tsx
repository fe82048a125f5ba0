import axe from 'axe-core';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { EvidenceBody } from '../annotator/types';
import type { Card, Comparison, TechniqueInfo, Version } from '../api/tramServer';
import { ModelView, type ModelViewProps } from './ModelView';
import { TechniqueView, type TechniqueViewProps } from './TechniqueView';

const HOSTILE = '<img src=x onerror=alert(1)>';

let host: HTMLElement;
let root: Root;

beforeEach(() => {
  host = document.body.appendChild(document.createElement('main'));
  root = createRoot(host);
});

afterEach(() => {
  act(() => root.unmount());
  document.body.replaceChildren();
});

/** Contrast cannot be seen without layout. */
async function faults(): Promise<string[]> {
  const found = await axe.run(host, { rules: { 'color-contrast': { enabled: false } } });
  return found.violations.map(item => `${item.id}: ${item.nodes[0]?.html}`);
}

function named(name: string): HTMLButtonElement | undefined {
  return [...host.querySelectorAll('button')].find(button => button.textContent === name);
}

function version(number: number, f1: number | null): Version {
  const made = { created_on: '2026-11-01T10:00:00Z', created_by: HOSTILE };
  return { model: 'linear', version: number, f1_weighted: f1, active: number === 2, ...made } as unknown as Version;
}

const CARD = {
  model: 'linear',
  version: 2,
  card: {
    f1_weighted: 0.71,
    f1_micro: 0.7,
    f1_macro: 0.6,
    techniques: [{ attack_id: 'T1486', f1: 0.5, precision: 0.6, recall: 0.4, support: 7 }],
    warnings: [HOSTILE],
    details: {
      calibration: { ece: 0.03, bins: [{ confidence: 0.5, accuracy: 0.4, count: 9 }] },
      confusions: [{ truth: HOSTILE, predicted: null, count: 3 }]
    }
  }
} as unknown as Card;

const COMPARISON = {
  a: version(1, 0.75),
  b: version(2, 0.71),
  same_data: false,
  figures: { f1_weighted: { a: 0.75, b: 0.71, change: -0.04 } },
  techniques: [{ attack_id: 'T1486', change: -0.2 }]
} as unknown as Comparison;

function showModel(changes: Partial<ModelViewProps> = {}): ModelViewProps {
  const props: ModelViewProps = {
    card: CARD,
    comparison: COMPARISON,
    versions: [version(2, 0.71), version(1, 0.75)],
    curve: null,
    mayTrain: true,
    training: null,
    onTrain: vi.fn(),
    onShow: vi.fn(),
    onRestore: vi.fn(),
    onTechnique: vi.fn(),
    ...changes
  };
  act(() => root.render(<ModelView {...props} />));
  return props;
}

it('says that a model became worse, and lets the person go back', async () => {
  const props = showModel();
  expect(host.querySelector('[data-tone=bad]')?.textContent).toContain('4.0, worse');
  expect(host.textContent).toContain('different training sets');
  act(() => named('T1486')?.click());
  expect(props.onTechnique).toHaveBeenCalledWith('T1486');
  expect(host.textContent).toContain('no technique');
  act(() => named('Use this version…')?.click());
  expect(props.onRestore).toHaveBeenCalledWith(1);
  expect(host.querySelector('img')).toBeNull();
  expect(await faults()).toEqual([]);
});

it('shows a training under way, and to viewers none of what they may not do', () => {
  showModel({ training: 0.42 });
  expect(host.textContent).toContain('Training, 42 %');
  showModel({ mayTrain: false });
  expect(named('Train')).toBeUndefined();
  expect(named('Use this version…')).toBeUndefined();
});

function evidence(sentence: number, disposition: EvidenceBody['disposition']): EvidenceBody {
  const place = { sentence, report: 5, report_name: HOSTILE, text: `${HOSTILE} ${sentence}` };
  return { ...place, disposition, confidence: 61.4, similarity: null };
}

function showTechnique(changes: Partial<TechniqueViewProps> = {}): TechniqueViewProps {
  const about = { attack_id: 'T1486', name: HOSTILE, description: HOSTILE, url: 'javascript:alert(1)' };
  const props: TechniqueViewProps = {
    technique: about as unknown as TechniqueInfo,
    sentences: [evidence(1, 'accept'), evidence(2, null), evidence(3, null)],
    examples: null,
    failure: null,
    onExamples: vi.fn(),
    onOpenReport: vi.fn(),
    ...changes
  };
  act(() => root.render(<TechniqueView {...props} />));
  return props;
}

it('shows the sentences of a technique by what was decided, as text and never as markup', async () => {
  const props = showTechnique();
  const headings = [...host.querySelectorAll('h3')].map(item => item.textContent);
  expect(headings).toEqual(['1 accepted sentence', '2 proposed sentences']);
  expect(host.querySelector('img')).toBeNull();
  expect(host.querySelector('a')).toBeNull(); // only http and https are links
  act(() => named(HOSTILE)?.click());
  expect(props.onOpenReport).toHaveBeenCalledWith(5);
  expect(await faults()).toEqual([]);
});

it('says what failed, and would not pass with a fault', async () => {
  showTechnique({ technique: null, sentences: null, failure: 'The server is gone.' });
  expect(host.querySelector('[role=alert]')?.textContent).toBe('The server is gone.');
  host.querySelector('button')?.replaceChildren();
  expect(await faults()).toHaveLength(1);
});
