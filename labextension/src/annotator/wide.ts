/** Wide actions (on more than one step of one sentence) as data: name, subject and request of each. */
import type { Excerpt, Transport } from './transport';
import type { BulkAction, BulkBody, SentenceBody, SplitBody, UndoneBody, WideAction } from './types';

export type WideResult =
  | { kind: 'undo' | 'redo'; done: UndoneBody }
  | { kind: 'bulk'; action: BulkAction; done: BulkBody }
  | { kind: 'split'; done: SplitBody }
  | { kind: 'merge' | 'extract'; done: SentenceBody };

/** The sentence whose version guards the action; null: none does. */
export function subjectOf(action: WideAction): number | null {
  return action.kind === 'split' ? action.sentence : action.kind === 'merge' ? (action.sentences[0] ?? null) : null;
}

/** The number of user actions that it stands for. */
export function countOf(action: WideAction): number {
  return action.kind === 'undo' || action.kind === 'redo' ? action.steps : 1;
}

/** The progress message while it runs. */
export function workWords(action: WideAction): string {
  if (action.kind === 'bulk') {
    return action.action.action === 'dismiss-section'
      ? 'Dismissing the section'
      : bulkWords(action.action, 'Accepting', 'Rejecting', 'Clearing');
  }
  return { undo: 'Undoing', redo: 'Redoing', split: 'Splitting', merge: 'Merging', extract: 'Making a sentence' }[action.kind];
}

/** The word for what a bulk action decides. */
export function bulkWords(action: BulkAction, accept: string, reject: string, clear: string): string {
  return action.action.startsWith('accept') ? accept : action.action === 'clear' ? clear : reject;
}

function excerptOf({ start, end, text, attack_id }: Excerpt): Excerpt {
  return { start, end, text, attack_id };
}

export async function send(transport: Transport, action: WideAction, version: number, key: string): Promise<WideResult> {
  switch (action.kind) {
    case 'undo':
      return { kind: 'undo', done: await transport.undo(action.steps, key) };
    case 'redo':
      return { kind: 'redo', done: await transport.redo(action.steps, key) };
    case 'bulk':
      return { kind: 'bulk', action: action.action, done: await transport.bulk(action.action, key) };
    case 'split':
      return { kind: 'split', done: await transport.split(action.sentence, version, action.at, key) };
    case 'merge':
      return { kind: 'merge', done: await transport.merge(action.sentences, version, key) };
    case 'extract':
      return { kind: 'extract', done: await transport.extract(excerptOf(action), key) };
  }
}

/** The rest of an action that the workbench did in part without an error; it is requested again. */
export function restOf(action: WideAction, result: WideResult): WideAction | null {
  if (action.kind !== 'undo' && action.kind !== 'redo') {
    return null;
  }
  const steps = 'steps' in result.done && result.done.stopped === null ? action.steps - result.done.steps : 0;
  return steps > 0 ? { ...action, steps } : null;
}
