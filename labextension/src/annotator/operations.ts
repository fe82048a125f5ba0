/** Single steps of a review: their effect on a sentence, whether it is applied already, and their names. */
import { decided, judged, techniquesOf, without } from './decisions';
import type { Disposition, MappingBody, Operation, SentenceBody } from './types';

/** A confidence in TRAM's format. */
export function percentText(confidence: number): string {
  return confidence.toFixed(1);
}

/** Return a sentence after a step; names of new techniques come from `nameOf`. */
export function applied(sentence: SentenceBody, operation: Operation, nameOf: (attackId: string) => string): SentenceBody {
  switch (operation.kind) {
    case 'decide':
      return decided(sentence, operation.disposition);
    case 'judge':
      return judged(sentence, operation.attack_id, operation.disposition);
    case 'add':
      return find(sentence, operation.attack_id)
        ? sentence
        : withAdded(sentence, added(sentence, operation, nameOf(operation.attack_id)));
    case 'remove':
      return without(sentence, operation.attack_id);
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
    case 'judge':
      return techniquesOf(sentence).some(
        item => item.attack_id === operation.attack_id && item.disposition === operation.disposition
      );
    case 'add':
      return find(sentence, operation.attack_id) !== undefined;
    case 'remove':
      return !techniquesOf(sentence).some(item => item.attack_id === operation.attack_id);
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
      return decisionWords(operation.disposition);
    case 'judge':
      return `${decisionWords(operation.disposition)}: ${operation.attack_id}`;
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
  'accept technique': 'accepting a technique',
  'reject technique': 'rejecting a technique',
  'clear technique': 'clearing the decision about a technique',
  'accept technique everywhere': 'accepting a technique throughout',
  'reject technique everywhere': 'rejecting a technique throughout',
  'accept techniques everywhere': 'accepting techniques throughout',
  'reject techniques everywhere': 'rejecting techniques throughout',
  'add mapping': 'adding a technique',
  'change mapping': 'changing a note or a confidence',
  'delete mapping': 'removing a technique',
  'dismiss section': 'dismissing a section',
  'edit sentence': 'rewording a sentence',
  'add sentence': 'adding a sentence',
  'delete sentence': 'deleting a sentence',
  'extract sentence': 'making a sentence of a part of the text',
  'split sentence': 'splitting a sentence',
  'merge sentences': 'merging sentences'
};

export function actionWords(action: string): string {
  return ACTIONS[action] ?? action;
}

export function find(sentence: SentenceBody, attackId: string): MappingBody | undefined {
  return sentence.mappings.find(item => item.attack_id === attackId);
}

function decisionWords(disposition: Disposition): string {
  return disposition === null ? 'Back to review' : disposition === 'accept' ? 'Accept' : 'Reject';
}

/** The sentence with a technique more; one that was rejected on it is a new one. */
function withAdded(sentence: SentenceBody, mapping: MappingBody): SentenceBody {
  return {
    ...sentence,
    mappings: [...sentence.mappings, mapping],
    rejected_mappings: sentence.rejected_mappings.filter(item => item.attack_id !== mapping.attack_id)
  };
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
    disposition: null,
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
