/** The state of a review in words, for a sentence or a technique on it. */
import type { Disposition } from './types';

export function stateWords(disposition: Disposition): string {
  return disposition === null ? 'To review' : disposition === 'accept' ? 'Accepted' : 'Rejected';
}
