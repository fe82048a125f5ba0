/**
 * How decisions about techniques and about their sentence depend on each other: the rules of
 * `tram_ext/domain/decisions.py`, by which a step shows before the workbench answers.
 */
import type { Disposition, MappingBody, SentenceBody } from './types';

/** All techniques of a sentence, rejected ones included, in the order they were added; unsaved ones come last. */
export function techniquesOf(sentence: SentenceBody): MappingBody[] {
  const place = ({ id }: MappingBody): number => (id === 0 ? Infinity : id);
  return [...sentence.mappings, ...sentence.rejected_mappings].sort((one, other) => Math.sign(place(one) - place(other) || 0));
}

/** A sentence as it was saved in a notebook before techniques had decisions of their own, with none. */
export function completed(sentence: SentenceBody): SentenceBody {
  const old: Partial<SentenceBody> = sentence;
  return old.rejected_mappings
    ? sentence
    : { ...sentence, mappings: sentence.mappings.map(item => ({ ...item, disposition: null })), rejected_mappings: [] };
}

/** The effective disposition of a mapping: its own, or else that of its sentence. */
export function countedAs(mapping: MappingBody, sentence: SentenceBody): Disposition {
  return mapping.disposition ?? sentence.disposition;
}

/** The sentence with these techniques, each in the list where it belongs. */
export function withTechniques(sentence: SentenceBody, techniques: readonly MappingBody[]): SentenceBody {
  return {
    ...sentence,
    mappings: techniques.filter(item => item.disposition !== 'reject'),
    rejected_mappings: techniques.filter(item => item.disposition === 'reject')
  };
}

/** The sentence after a decision about it. */
export function decided(sentence: SentenceBody, disposition: Disposition): SentenceBody {
  const kept = (item: MappingBody): boolean => disposition === 'accept' || item.disposition === disposition;
  const techniques = techniquesOf(sentence).map(item => (kept(item) ? item : { ...item, disposition: null }));
  return { ...withTechniques(sentence, techniques), disposition };
}

/** The sentence after a decision about one of its techniques. */
export function judged(sentence: SentenceBody, attackId: string, disposition: Disposition): SentenceBody {
  const techniques = techniquesOf(sentence);
  if (!techniques.some(item => item.attack_id === attackId)) {
    return sentence;
  }
  const counted = techniques.map(item => (item.attack_id === attackId ? disposition : countedAs(item, sentence)));
  const whole = dispositionOf(counted);
  const after = techniques.map((item, place): MappingBody => {
    if (item.attack_id === attackId) {
      return { ...item, disposition };
    }
    const count = counted[place] ?? null;
    return (item.disposition ?? whole) === count ? item : { ...item, disposition: count };
  });
  return { ...withTechniques(sentence, after), disposition: whole };
}

/** The sentence without one of its techniques; it is decided where it awaited review for that one only. */
export function without(sentence: SentenceBody, attackId: string): SentenceBody {
  const left = techniquesOf(sentence).filter(item => item.attack_id !== attackId);
  const own = left.map(item => item.disposition);
  const settles = sentence.disposition === null && own.length > 0 && !own.includes(null);
  return { ...withTechniques(sentence, left), disposition: settles ? dispositionOf(own) : sentence.disposition };
}

function dispositionOf(counted: readonly Disposition[]): Disposition {
  return counted.includes(null) ? null : counted.includes('accept') ? 'accept' : 'reject';
}
