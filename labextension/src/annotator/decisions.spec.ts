import { expect, it } from 'vitest';

import { completed, decided, judged, techniquesOf, without } from './decisions';
import { mapping, sentence } from './testing/examples';
import type { Disposition, SentenceBody } from './types';

function three(disposition: Disposition = null): SentenceBody {
  const mappings = ['T1053', 'T1059', 'T1071'].map((id, place) => ({ ...mapping(1, id), id: place + 1 }));
  return sentence(1, 'It ran a task.', mappings, disposition);
}

function states(of: SentenceBody): (Disposition | undefined)[] {
  return [of.disposition, ...techniquesOf(of).map(item => item.disposition)];
}

it('decides the sentence with the last of its techniques', () => {
  const first = judged(three(), 'T1059', 'accept');
  expect(states(first)).toEqual([null, null, 'accept', null]);
  const second = judged(first, 'T1053', 'reject');
  expect(states(second)).toEqual([null, 'reject', 'accept', null]);
  const third = judged(second, 'T1071', 'reject');
  expect(states(third)).toEqual(['accept', 'reject', 'accept', 'reject']);
  expect(third.mappings.map(item => item.attack_id)).toEqual(['T1059']);
});

it('rejects a sentence whose every technique is rejected', () => {
  const all = ['T1053', 'T1059', 'T1071'].reduce((before, id) => judged(before, id, 'reject'), three());
  expect([all.disposition, all.mappings]).toEqual(['reject', []]);
});

it('keeps what the others counted as', () => {
  expect(states(judged(three('accept'), 'T1059', 'reject'))).toEqual(['accept', null, 'reject', null]);
  expect(states(judged(three('reject'), 'T1059', 'accept'))).toEqual(['accept', 'reject', 'accept', 'reject']);
  expect(states(judged(three('accept'), 'T1059', null))).toEqual([null, 'accept', null, 'accept']);
});

it('lets a decision about the sentence override what contradicts it', () => {
  const mixed = judged(judged(three(), 'T1053', 'accept'), 'T1059', 'reject');
  expect(states(decided(mixed, 'accept'))).toEqual(['accept', 'accept', 'reject', null]);
  expect(states(decided(mixed, 'reject'))).toEqual(['reject', null, 'reject', null]);
  expect(states(decided(mixed, null))).toEqual([null, null, null, null]);
});

it('decides a sentence that awaited review only for the technique taken off it', () => {
  const mixed = judged(judged(three(), 'T1053', 'accept'), 'T1059', 'reject');
  expect(states(without(mixed, 'T1071'))).toEqual(['accept', 'accept', 'reject']);
  expect(states(without(three(), 'T1071'))).toEqual([null, null, null]);
});

it('changes nothing for a technique that is not there', () => {
  const before = three();
  expect(judged(before, 'T9999', 'accept')).toBe(before);
});

it('reads sentences that were saved without decisions about techniques', () => {
  const { rejected_mappings: _, ...old } = three();
  const found = completed(old as SentenceBody);
  expect(found.rejected_mappings).toEqual([]);
  expect(techniquesOf(found).map(item => item.disposition)).toEqual([null, null, null]);
});
