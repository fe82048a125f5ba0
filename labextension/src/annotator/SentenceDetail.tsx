/** The selected sentence: context, disposition, mappings, and further suggestions. */
import { useEffect } from 'react';

import { CommandButton } from './Button';
import type { Controller } from './controller';
import { techniquesOf } from './decisions';
import { useFocusTarget } from './focusing';
import { Glyph } from './glyphs';
import { MappingCard } from './MappingCard';
import { SplitEditor } from './SplitEditor';
import { stateWords } from './stateWords';
import { MOST_SUGGESTIONS, offeredOf } from './suggestions';
import { Tag } from './Tag';
import { TechniqueCombobox } from './TechniqueCombobox';
import { useTopic } from './topics';
import type { SentenceBody } from './types';
import { ExplainedText, useExplanation } from './Why';

const NUMBER = new Intl.NumberFormat('en');
const SETTLED_MS = 120;
const MOST_CONTEXT = 200;

/** The part of a neighbour next to the sentence: a long one would push everything else out of view. */
function nearPart(text: string, side: 'before' | 'after'): string {
  const characters = [...text];
  if (characters.length <= MOST_CONTEXT) {
    return text;
  }
  return side === 'before'
    ? `… ${characters
        .slice(-MOST_CONTEXT)
        .join('')
        .replace(/^\S*\s/, '')}`
    : `${characters
        .slice(0, MOST_CONTEXT)
        .join('')
        .replace(/\s\S*$/, '')} …`;
}

function Neighbour(props: { controller: Controller; id: number; side: 'before' | 'after' }): React.JSX.Element {
  const { store } = props.controller;
  useTopic(store.topics, props.id);
  return <span className="tram-Context-other">{nearPart(store.sentence(props.id)?.text ?? '…', props.side)} </span>;
}

function Decisions({ controller, sentence }: { controller: Controller; sentence: SentenceBody }): React.JSX.Element {
  const { disposition } = sentence;
  return (
    <div className="tram-Decisions" role="group" aria-label="Decision">
      <CommandButton
        command="accept"
        label="Accept"
        glyph="accept"
        tone="accept"
        pressed={disposition === 'accept'}
        onClick={() => controller.decide('accept', true)}
      />
      <CommandButton
        command="reject"
        label="Reject"
        glyph="reject"
        tone="reject"
        pressed={disposition === 'reject'}
        onClick={() => controller.decide('reject', true)}
      />
      <CommandButton
        command="clear"
        label="Clear"
        disabled={disposition === null}
        onClick={() => controller.decide(null, false)}
      />
      <span className="tram-Decisions-shape">
        <CommandButton command="split" label="Split" glyph="split" onClick={() => controller.edit('split')} />
        <CommandButton command="merge" label="Merge" glyph="merge" onClick={() => controller.merge()} />
      </span>
    </div>
  );
}

function Suggestions({ controller, sentence }: { controller: Controller; sentence: SentenceBody }): React.JSX.Element | null {
  const { store } = controller;
  useTopic(store.topics, 'insights');
  const key = String(sentence.id);
  const known = store.suggestions.get(key);
  const { id } = sentence;
  useEffect(() => {
    if (known) {
      return undefined;
    }
    const timer = setTimeout(() => store.suggestions.want(key, () => store.transport.suggestions(id)), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [store, key, id, known]);
  const offered = offeredOf(known, sentence);
  if (offered.length === 0) {
    return null;
  }
  return (
    <section className="tram-Suggestions" aria-label="The model also thinks of">
      <h4>The model also thinks of</h4>
      <ul>
        {offered.slice(0, MOST_SUGGESTIONS).map((item, index) => (
          <li key={item.attack_id}>
            <button
              type="button"
              className="tram-Suggestion"
              aria-keyshortcuts={String(index + 1)}
              onClick={() => controller.add(item.attack_id)}
            >
              <Glyph name="add" />
              <span className="tram-Hidden">Add </span>
              <Tag
                attackId={item.attack_id}
                name={item.name}
                column={store.attack?.columnOf(item.attack_id) ?? null}
                confidence={String(item.confidence)}
                proposed={true}
              />
              <kbd aria-hidden="true">{index + 1}</kbd>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Selected({ controller, sentence }: { controller: Controller; sentence: SentenceBody }): React.JSX.Element {
  const { store } = controller;
  const marked = controller.marked;
  const insight = useExplanation(store, sentence, marked);
  const combobox = useFocusTarget<HTMLInputElement>(controller, 'technique');
  const words = insight?.state === 'there' ? insight.value.words : [];
  const place = store.reading?.placeOf(sentence.id) ?? 0;
  const around = store.neighbours(sentence.id);
  const isBefore = (id: number): boolean => (store.reading?.placeOf(id) ?? 0) < place;
  return (
    <>
      <header className="tram-Detail-head">
        <h3>
          Sentence {NUMBER.format(store.reading?.numberOf(sentence.id) ?? 1)}{' '}
          <span className="tram-Faint">of {NUMBER.format(store.reading?.total ?? 1)}</span>
        </h3>
        {sentence.page !== null && <span className="tram-Faint">page {sentence.page}</span>}
        <span className="tram-State" data-state={sentence.disposition ?? 'review'}>
          <Glyph name={sentence.disposition ?? 'review'} />
          {stateWords(sentence.disposition)}
        </span>
      </header>
      {controller.editing === 'split' ? (
        <SplitEditor key={sentence.id} controller={controller} sentence={sentence} />
      ) : (
        <p className="tram-Context">
          {around.filter(isBefore).map(id => (
            <Neighbour key={id} controller={controller} id={id} side="before" />
          ))}
          <strong className="tram-Context-this">
            <ExplainedText text={sentence.text} words={words} />
          </strong>{' '}
          {around
            .filter(id => !isBefore(id))
            .map(id => (
              <Neighbour key={id} controller={controller} id={id} side="after" />
            ))}
        </p>
      )}
      <Decisions controller={controller} sentence={sentence} />
      <section className="tram-Mappings" aria-label="Techniques">
        <div className="tram-Mappings-head">
          <h4>Techniques</h4>
          <TechniqueCombobox
            attack={store.attack}
            label="Add a technique"
            placeholder="Add: id, name or alias"
            inputRef={combobox}
            disabled={!store.mayReview}
            onChoose={attackId => {
              controller.add(attackId);
              controller.focusOn('list');
            }}
            onSearch={found => controller.noteSearched(found)}
            onLeave={() => controller.back()}
          />
          <kbd aria-hidden="true">T</kbd>
        </div>
        {techniquesOf(sentence).length === 0 && (
          <p className="tram-Faint tram-Mappings-none">None. Accepted like this, the sentence shows no technique.</p>
        )}
        <ul className="tram-Mappings-all">
          {techniquesOf(sentence).map(mapping => (
            <MappingCard
              key={mapping.attack_id}
              controller={controller}
              sentence={sentence}
              mapping={mapping}
              open={mapping.attack_id === marked}
              insight={mapping.attack_id === marked ? insight : undefined}
            />
          ))}
        </ul>
      </section>
      <Suggestions controller={controller} sentence={sentence} />
    </>
  );
}

export function SentenceDetail({ controller }: { controller: Controller }): React.JSX.Element {
  const { store } = controller;
  const pane = useFocusTarget<HTMLElement>(controller, 'detail');
  useTopic(store.topics, 'selection');
  useTopic(store.topics, store.selected ?? -1);
  useTopic(store.topics, 'attack');
  useTopic(store.topics, 'rows');
  useTopic(controller.topics, 'ui');
  const sentence = store.current;
  const { selected } = store;
  useEffect(() => {
    if (pane.current) {
      pane.current.scrollTop = 0;
    }
  }, [pane, selected]);
  return (
    <section ref={pane} className="tram-Detail" aria-label="The selected sentence" tabIndex={0}>
      {sentence ? (
        <Selected controller={controller} sentence={sentence} />
      ) : (
        <p className="tram-List-empty">{store.selected === null ? 'No sentence is selected.' : 'Reading the sentence…'}</p>
      )}
    </section>
  );
}
