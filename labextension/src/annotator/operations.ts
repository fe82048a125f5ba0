/** Single steps of a review: their effect on a sentence, whether it is applied already, and their names. */
import type { MappingBody, Operation, SentenceBody } from './types';

/** A confidence in TRAM's format. */
export function percentText(confidence: number): string {
  return confidence.toFixed(1);
}

/** Return a sentence after a step; names of new techniques come from `nameOf`. */
export function applied(sentence: SentenceBody, operation: Operation, nameOf: (attackId: string) => string): SentenceBody {
  switch (operation.kind) {
    case 'decide':
      return { ...sentence, disposition: operation.disposition };
    case 'add':
      return find(sentence, operation.attack_id)
        ? sentence
        : { ...sentence, mappings: [...sentence.mappings, added(sentence, operation, nameOf(operation.attack_id))] };
    case 'remove':
      return { ...sentence, mappings: sentence.mappings.filter(item => item.attack_id !== operation.attack_id) };
    case 'change':
      return {
        ...sentence,
        mappings: sentence.mappings.map(item => (item.attack_id === operation.attack_id ? changed(item, operation) : item))
      };
  }
}

/** Whether the step is applied to a sentence already, so that sending it again would change nothing. */
export function isDone(sentence: SentenceBody, operation: Operation): boolean {
  switch (operation.kind) {
    case 'decide':
      return sentence.disposition === operation.disposition;
    case 'add':
      return find(sentence, operation.attack_id) !== undefined;
    case 'remove':
      return find(sentence, operation.attack_id) === undefined;
    case 'change': {
      const mapping = find(sentence, operation.attack_id);
      return (
        mapping !== undefined &&
        (operation.note === undefined || mapping.note === operation.note) &&
        (operation.confidence === undefined || mapping.confidence === percentText(operation.confidence))
      );
    }
  }
}

/** The name of a step, for people. */
export function wordsFor(operation: Operation): string {
  switch (operation.kind) {
    case 'decide':
      return operation.disposition === null ? 'Back to review' : operation.disposition === 'accept' ? 'Accept' : 'Reject';
    case 'add':
      return `Add ${operation.attack_id}`;
    case 'remove':
      return `Remove ${operation.attack_id}`;
    case 'change':
      return `${operation.note === undefined ? 'Confidence' : 'Note'} of ${operation.attack_id}`;
  }
}

/** The name of an action in the log, as shown after "Undone:". */
const ACTIONS: Readonly<Record<string, string>> = {
  'add mapping': 'adding a technique',
  'change mapping': 'changing a note or a confidence',
  'delete mapping': 'removing a technique',
  'edit sentence': 'rewording a sentence',
  'add sentence': 'adding a sentence',
  'delete sentence': 'deleting a sentence',
  'split sentence': 'splitting a sentence',
  'merge sentences': 'merging sentences'
};

export function actionWords(action: string): string {
  return ACTIONS[action] ?? action;
}

export function find(sentence: SentenceBody, attackId: string): MappingBody | undefined {
  return sentence.mappings.find(item => item.attack_id === attackId);
}

function added(sentence: SentenceBody, operation: Operation & { kind: 'add' }, name: string): MappingBody {
  return {
    id: 0,
    attack_id: operation.attack_id,
    name,
    confidence: percentText(operation.confidence),
    sentence: sentence.id,
    report: sentence.report,
    source: 'person',
    note: operation.note,
    version: 0
  };
}

function changed(mapping: MappingBody, operation: Operation & { kind: 'change' }): MappingBody {
  const confidence = operation.confidence === undefined ? mapping.confidence : percentText(operation.confidence);
  return {
    ...mapping,
    confidence,
    note: operation.note ?? mapping.note,
    source: confidence === mapping.confidence ? mapping.source : 'person'
  };
}
