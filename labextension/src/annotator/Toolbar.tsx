/** The toolbar: the report, its progress, and the filter for its sentences. */
import { type RefObject, useEffect, useState } from 'react';

import { ActionMenu } from './ActionMenu';
import { CommandButton } from './Button';
import type { Controller } from './controller';
import { useFocusTarget } from './focusing';
import { isEverything, isProposals } from './rowsQuery';
import { TechniqueCombobox } from './TechniqueCombobox';
import { TechniquesButton } from './TechniquesPanel';
import { useTopic } from './topics';
import type { SentenceFilter, SentenceOrder } from './types';

const NUMBER = new Intl.NumberFormat('en');
/** Milliseconds without typing before a filter applies. */
const TYPED_MS = 200;

function Progress({ controller }: { controller: Controller }): React.JSX.Element | null {
  const { store } = controller;
  useTopic(store.topics, 'report');
  if (!store.reading || store.reading.length === 0) {
    return null;
  }
  const { accepted, rejected, reviewing } = store.reading.tally;
  const { total } = store.reading;
  const width = (count: number): React.CSSProperties => ({ width: `${(100 * count) / total}%` });
  return (
    <div className="tram-Progress">
      <div className="tram-Progress-bar" aria-hidden="true">
        <span data-state="accept" style={width(accepted)} />
        <span data-state="reject" style={width(rejected)} />
      </div>
      <p>
        <b>{NUMBER.format(accepted + rejected)}</b> of {NUMBER.format(total)} reviewed
        <span className="tram-Faint">
          {' '}
          · {NUMBER.format(accepted)} accepted, {NUMBER.format(rejected)} rejected, {NUMBER.format(reviewing)} left
        </span>
      </p>
    </div>
  );
}

/** A text field that reports its value when the typing pauses. */
function TypedField(props: {
  controller: Controller;
  label: string;
  className: string;
  placeholder: string;
  value: string;
  inputRef?: RefObject<HTMLInputElement>;
  onSettle: (text: string) => void;
}): React.JSX.Element {
  const { controller, label, className, placeholder, value, inputRef, onSettle } = props;
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) {
      return undefined;
    }
    const timer = setTimeout(() => onSettle(text), TYPED_MS);
    return () => clearTimeout(timer);
    // `onSettle` is another function at each drawing; what matters is the text.
  }, [text, value]);
  return (
    <input
      ref={inputRef ?? null}
      className={`tram-Input ${className}`}
      aria-label={label}
      placeholder={placeholder}
      spellCheck={false}
      value={text}
      onChange={event => setText(event.currentTarget.value)}
      onKeyDown={event => {
        if (event.key === 'Enter') {
          event.preventDefault();
          onSettle(text);
          controller.focusOn('list');
        }
      }}
    />
  );
}

function percentOf(text: string): number | null {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? null : Math.max(0, Math.min(100, value));
}

function Filters({ controller }: { controller: Controller }): React.JSX.Element {
  const { store } = controller;
  useTopic(store.topics, 'rows');
  useTopic(store.topics, 'attack');
  const textField = useFocusTarget<HTMLInputElement>(controller, 'text');
  const techniqueField = useFocusTarget<HTMLInputElement>(controller, 'technique-filter');
  const confidenceField = useFocusTarget<HTMLInputElement>(controller, 'confidence-filter');
  const { filter, order } = store.query;
  const technique = filter.technique === null ? '' : `${filter.technique} ${store.nameOf(filter.technique)}`;
  return (
    <div className="tram-Filters" role="search" aria-label="Which sentences">
      <select
        className="tram-Input"
        aria-label="Show"
        value={isProposals(filter) ? 'proposals' : (filter.disposition ?? '')}
        onChange={event => {
          const chosen = event.currentTarget.value;
          const disposition = chosen === 'proposals' ? 'none' : chosen === '' ? null : chosen;
          controller.filter({
            disposition: disposition as SentenceFilter['disposition'],
            ...(chosen === 'proposals' ? { least: 0, most: null } : isProposals(filter) ? { least: null } : {})
          });
        }}
      >
        <option value="proposals">Proposals to review</option>
        <option value="">All sentences</option>
        <option value="none">To review</option>
        <option value="accept">Accepted</option>
        <option value="reject">Rejected</option>
      </select>
      <TypedField
        controller={controller}
        label="Filter by text"
        className="tram-Filters-text"
        placeholder="Text  /"
        value={filter.text}
        inputRef={textField}
        onSettle={text => controller.filter({ text })}
      />
      <TechniqueCombobox
        attack={store.attack}
        label="Filter by technique"
        placeholder="Technique"
        value={technique}
        inputRef={techniqueField}
        onChoose={attackId => {
          controller.filter({ technique: attackId });
          controller.focusOn('list');
        }}
        onClear={() => {
          controller.filter({ technique: null });
          controller.focusOn('list');
        }}
        onLeave={() => controller.back()}
      />
      <span className="tram-Filters-range">
        <TypedField
          controller={controller}
          label="Confidence from, in percent"
          className="tram-Input-short"
          placeholder="from"
          inputRef={confidenceField}
          value={filter.least === null || isProposals(filter) ? '' : String(filter.least)}
          onSettle={text => controller.filter({ least: percentOf(text) })}
        />
        –
        <TypedField
          controller={controller}
          label="Confidence to, in percent"
          className="tram-Input-short"
          placeholder="to"
          value={filter.most === null ? '' : String(filter.most)}
          onSettle={text => controller.filter({ most: percentOf(text) })}
        />
        %
      </span>
      <select
        className="tram-Input"
        aria-label="Order"
        value={order}
        onChange={event => {
          const chosen = event.currentTarget.value as SentenceOrder;
          if (chosen !== order) {
            controller.orderBy(chosen);
          }
        }}
      >
        <option value="reading">Reading order</option>
        <option value="certainty">Certain first</option>
        <option value="uncertainty">Uncertain first</option>
      </select>
      {!isEverything(store.query) && (
        <>
          <span className="tram-Filters-count">{NUMBER.format(store.rows?.length ?? 0)} shown</span>
          <CommandButton command="clear-filters" label="Clear" onClick={() => controller.clearFilters()} />
        </>
      )}
    </div>
  );
}

export function Toolbar({ controller }: { controller: Controller }): React.JSX.Element {
  const { store } = controller;
  useTopic(store.topics, 'report');
  useTopic(controller.topics, 'ui');
  return (
    <header className="tram-Toolbar">
      <div className="tram-Toolbar-line">
        <h2 className="tram-Toolbar-name">{store.report?.name ?? 'Report'}</h2>
        <span className="tram-Buttons">
          <CommandButton command="undo" label="Undo" glyph="undo" onClick={() => void controller.wide.undo()} />
          <CommandButton command="redo" label="Redo" glyph="redo" onClick={() => void controller.wide.redo()} />
          <CommandButton
            command="bulk"
            label="Accept above…"
            pressed={controller.panel === 'bulk'}
            onClick={() => controller.open('bulk')}
          />
          <TechniquesButton controller={controller} />
          {store.transport.pages && (
            <CommandButton
              command="page"
              label="Document"
              pressed={controller.showsPage}
              onClick={() => controller.togglePage()}
            />
          )}
          <CommandButton
            command="matrix"
            label="Matrix"
            glyph="matrix"
            pressed={controller.panel === 'matrix'}
            onClick={() => controller.open('matrix')}
          />
          {controller.actions.length > 0 && <ActionMenu actions={controller.actions} />}
          <CommandButton
            command="keys"
            label="Keys"
            glyph="keys"
            pressed={controller.panel === 'keys'}
            onClick={() => controller.open('keys')}
          />
        </span>
      </div>
      <Progress controller={controller} />
      <Filters controller={controller} />
    </header>
  );
}
