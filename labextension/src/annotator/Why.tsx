/** The explanation of a proposal: the words that weighed most, and the most similar accepted sentences. */
import { useEffect } from 'react';

import type { Insight } from './insights';
import type { ReviewStore } from './store';
import { stretches, unitOf } from './textOffsets';
import { useTopic } from './topics';
import type { ExplanationBody, SentenceBody } from './types';

/** Milliseconds on a sentence before its explanation is requested. */
const SETTLED_MS = 120;
const MOST_WORDS = 6;

export function explanationKey(sentence: SentenceBody, attackId: string): string {
  return `${sentence.id} ${attackId} ${sentence.text.length}`;
}

/** Request the explanation once a sentence stays selected. */
export function useExplanation(
  store: ReviewStore,
  sentence: SentenceBody,
  attackId: string | null
): Insight<ExplanationBody> | undefined {
  useTopic(store.topics, 'insights');
  const key = attackId === null ? null : explanationKey(sentence, attackId);
  const known = key === null ? undefined : store.explanations.get(key);
  const { id } = sentence;
  useEffect(() => {
    if (key === null || attackId === null || known) {
      return undefined;
    }
    const timer = setTimeout(() => store.explanations.want(key, () => store.transport.explanation(id, attackId)), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [store, key, attackId, id, known]);
  return known;
}

/** The three shades in which words are marked. */
function depth(weight: number, most: number): 1 | 2 | 3 {
  return weight > most * 0.6 ? 3 : weight > most * 0.25 ? 2 : 1;
}

export function ExplainedText({ text, words }: { text: string; words: ExplanationBody['words'] }): React.JSX.Element {
  const most = Math.max(...words.map(word => word.weight), Number.MIN_VALUE);
  const spans = words.map(word => ({ start: word.start, end: word.end, value: depth(word.weight, most) }));
  return (
    <>
      {stretches(text, spans).map((stretch, index) =>
        stretch.value === null ? (
          <span key={index}>{stretch.text}</span>
        ) : (
          <mark key={index} className="tram-Word" data-depth={stretch.value}>
            {stretch.text}
          </mark>
        )
      )}
    </>
  );
}

function Words({ text, words }: { text: string; words: ExplanationBody['words'] }): React.JSX.Element {
  const most = Math.max(...words.map(word => word.weight), Number.MIN_VALUE);
  return (
    <ol className="tram-Why-words">
      {words.slice(0, MOST_WORDS).map((word, index) => (
        <li key={index}>
          <mark className="tram-Word" data-depth={depth(word.weight, most)}>
            {text.slice(unitOf(text, word.start), unitOf(text, word.end))}
          </mark>
          <span className="tram-Bar" aria-hidden="true">
            <span style={{ width: `${Math.round((100 * Math.max(0, word.weight)) / most)}%` }} />
          </span>
        </li>
      ))}
    </ol>
  );
}

export function Why({ text, insight }: { text: string; insight: Insight<ExplanationBody> | undefined }): React.JSX.Element {
  if (insight?.state === 'failed') {
    return <p className="tram-Faint">Why could not be found out: {insight.reason}</p>;
  }
  if (insight?.state !== 'there') {
    return <p className="tram-Faint">Asking the model…</p>;
  }
  const { words, examples, model, confidence } = insight.value;
  const now = confidence === null ? '' : `, which gives it ${Math.round(confidence)} % here`;
  return (
    <>
      <h5>Words that weighed most</h5>
      {words.length > 0 ? <Words text={text} words={words} /> : <p className="tram-Faint">No single word stands out.</p>}
      <h5>Nearest accepted sentences</h5>
      {examples.length === 0 && <p className="tram-Faint">None was accepted with this technique yet.</p>}
      <ul className="tram-Why-examples">
        {examples.map((example, index) => (
          <li key={index}>
            <q>{example.text}</q>{' '}
            <cite>
              {example.report_name}
              {example.similarity !== null && `, ${Math.round(100 * example.similarity)} % alike`}
            </cite>
          </li>
        ))}
      </ul>
      {model !== '' && (
        <p className="tram-Faint">
          According to {model}
          {now}.
        </p>
      )}
    </>
  );
}
