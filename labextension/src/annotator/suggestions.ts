/** Which of a model's suggestions are offered for a sentence. */
import { techniquesOf } from './decisions';
import type { Insight } from './insights';
import type { SentenceBody, SuggestionBody } from './types';

/** Percent; what shows as 0 or 1 % is noise to a reader. */
const LEAST = 1.5;

/** So many are shown. */
export const MOST_SUGGESTIONS = 5;

/** The suggestions that are not on the sentence and worth a look, most confident first. */
export function offeredOf(insight: Insight<SuggestionBody[]> | undefined, sentence: SentenceBody): SuggestionBody[] {
  const known = insight?.state === 'there' ? insight.value : [];
  return known
    .filter(item => item.confidence >= LEAST)
    .filter(item => !techniquesOf(sentence).some(mapping => mapping.attack_id === item.attack_id));
}
