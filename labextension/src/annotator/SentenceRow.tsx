/** A row of the list: state, text and techniques of a sentence. Text only, as a list option has to be. */
import { memo } from 'react';

import { countedAs } from './decisions';
import { Glyph } from './glyphs';
import { stateWords } from './stateWords';
import type { ReviewStore } from './store';
import { Tag } from './Tag';
import { useTopic } from './topics';
import type { SentenceBody } from './types';

export interface SentenceRowProps {
  store: ReviewStore;
  id: number;
  /** The number of the sentence in the report, from 1. */
  number: number;
}

function Marks({ store, sentence }: { store: ReviewStore; sentence: SentenceBody }): React.JSX.Element {
  return (
    <span className="tram-Row-marks">
      {sentence.mappings.map(mapping => (
        <Tag
          key={mapping.attack_id}
          attackId={mapping.attack_id}
          name={mapping.name}
          column={store.attack?.columnOf(mapping.attack_id) ?? null}
          confidence={mapping.confidence}
          proposed={countedAs(mapping, sentence) === null}
        />
      ))}
    </span>
  );
}

function Row({ store, id, number }: SentenceRowProps): React.JSX.Element {
  useTopic(store.topics, id);
  useTopic(store.topics, 'attack');
  const sentence = store.sentence(id);
  if (!sentence) {
    return (
      <div className="tram-Row" data-loading={true}>
        Loading sentence {number}…
      </div>
    );
  }
  const state = sentence.disposition ?? 'review';
  return (
    <div className="tram-Row" data-state={state}>
      <span className="tram-Row-state">
        <Glyph name={state} />
        <span className="tram-Hidden">{stateWords(sentence.disposition)}: </span>
      </span>
      <span className="tram-Row-body">
        <span className="tram-Row-text">{sentence.text}</span>
        {sentence.mappings.length > 0 && <Marks store={store} sentence={sentence} />}
      </span>
      <span className="tram-Row-place" aria-hidden="true">
        {sentence.page !== null && `p. ${sentence.page} · `}
        {number}
      </span>
    </div>
  );
}

export const SentenceRow = memo(Row);
