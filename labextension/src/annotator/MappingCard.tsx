/** A mapping of the selected sentence, with full details if it is the current one. */
import { useEffect, useId, useRef, useState } from 'react';

import { CommandButton } from './Button';
import type { Controller } from './controller';
import { countedAs } from './decisions';
import { useFocusTarget } from './focusing';
import { Glyph } from './glyphs';
import type { Insight } from './insights';
import { stateWords } from './stateWords';
import { confidenceWords, hueStyle, Tag } from './Tag';
import type { ExplanationBody, MappingBody, SentenceBody, Technique } from './types';
import { Why } from './Why';

const SOURCES: Readonly<Record<string, string>> = {
  model: 'proposed by the model',
  person: 'added by a person',
  import: 'imported',
  attack: 'from ATT&CK',
  text: 'its id is written in the sentence'
};

function Meter({ mapping }: { mapping: MappingBody }): React.JSX.Element {
  const percent = Math.max(0, Math.min(100, Number(mapping.confidence)));
  return (
    <span className="tram-Meter">
      <span className="tram-Bar" aria-hidden="true">
        <span style={{ width: `${percent}%` }} />
      </span>
      <span className="tram-Meter-text">{confidenceWords(mapping.confidence)}</span>
    </span>
  );
}

function MappingForm({ controller, mapping }: { controller: Controller; mapping: MappingBody }): React.JSX.Element {
  const field = useFocusTarget<HTMLTextAreaElement>(controller, 'mapping');
  const [note, setNote] = useState(mapping.note);
  const [confidence, setConfidence] = useState(String(Number(mapping.confidence)));
  const id = useId();
  const percent = Number(confidence);
  const valid = confidence.trim() !== '' && percent >= 0 && percent <= 100;
  const leave = (): void => {
    controller.edit(null);
    controller.focusOn('list');
  };
  const save = (): void => {
    if (!valid) {
      return;
    }
    const changed = {
      ...(note === mapping.note ? {} : { note }),
      ...(percent === Number(mapping.confidence) ? {} : { confidence: percent })
    };
    if (Object.keys(changed).length > 0) {
      if (controller.store.take({ kind: 'change', attack_id: mapping.attack_id, ...changed })) {
        controller.store.say(`Changed ${mapping.attack_id} ${controller.store.nameOf(mapping.attack_id)}.`);
      }
    }
    leave();
  };
  const form = useRef<HTMLFormElement>(null);
  // The field has the focus; what saves it shall be seen, too.
  useEffect(() => form.current?.scrollIntoView?.({ block: 'nearest' }), []);
  return (
    <form
      ref={form}
      className="tram-MappingForm"
      onSubmit={event => {
        event.preventDefault();
        save();
      }}
      onKeyDown={event => {
        if (event.key === 'Enter' && !event.shiftKey && event.target instanceof HTMLTextAreaElement) {
          event.preventDefault();
          save();
        }
      }}
    >
      <label htmlFor={`${id}-note`}>Note</label>
      <textarea
        ref={field}
        id={`${id}-note`}
        className="tram-Input"
        rows={3}
        value={note}
        onChange={event => setNote(event.currentTarget.value)}
      />
      <label htmlFor={`${id}-confidence`}>Confidence, in percent</label>
      <input
        id={`${id}-confidence`}
        className="tram-Input tram-Input-short"
        inputMode="decimal"
        aria-invalid={!valid}
        value={confidence}
        onChange={event => setConfidence(event.currentTarget.value)}
      />
      {!valid && <p role="alert">A number from 0 to 100 is needed.</p>}
      <div className="tram-Split-actions">
        <button type="submit" className="tram-Button tram-Button-main" disabled={!valid}>
          Save <kbd>Enter</kbd>
        </button>
        <button type="button" className="tram-Button" onClick={leave}>
          Cancel <kbd>Esc</kbd>
        </button>
      </div>
    </form>
  );
}

/** Whether an address may be a link: only http and https, since a bundle may hold anything. */
function isWebPage(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

function About({ controller, technique }: { controller: Controller; technique: Technique }): React.JSX.Element {
  const { attack } = controller.store;
  return (
    <>
      <p className="tram-Mapping-tactics">
        {attack?.tacticNames(technique).map(name => (
          <span key={name} className="tram-Chip">
            {name}
          </span>
        ))}
        {technique.status !== 'active' && <span className="tram-Chip">{technique.status} in ATT&CK</span>}
      </p>
      {technique.description !== '' && (
        <p className="tram-Mapping-description">
          {technique.description}
          {technique.is_excerpt && ' …'}
        </p>
      )}
      {isWebPage(technique.url) && (
        <p>
          <a className="tram-Link" href={technique.url} target="_blank" rel="noopener noreferrer">
            {technique.attack_id} at MITRE ATT&CK
          </a>{' '}
          <kbd aria-hidden="true">W</kbd>
        </p>
      )}
    </>
  );
}

export interface MappingCardProps {
  controller: Controller;
  sentence: SentenceBody;
  mapping: MappingBody;
  open: boolean;
  insight: Insight<ExplanationBody> | undefined;
}

export function MappingCard({ controller, sentence, mapping, open, insight }: MappingCardProps): React.JSX.Element {
  const { store } = controller;
  const id = useId();
  const technique = store.attack?.find(mapping.attack_id);
  const column = store.attack?.columnOf(mapping.attack_id) ?? null;
  const counted = countedAs(mapping, sentence);
  const editing = open && controller.editing === 'mapping';
  return (
    <li
      className="tram-Mapping"
      data-open={open}
      data-state={mapping.disposition ?? 'review'}
      style={hueStyle(column)}
      data-plain={column === null}
    >
      <button
        type="button"
        className="tram-Mapping-head"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => controller.look(mapping.attack_id)}
      >
        <Tag
          attackId={mapping.attack_id}
          name={technique && store.attack ? store.attack.fullName(technique) : mapping.name}
          column={column}
          proposed={counted === null}
        />
        {mapping.disposition !== null && (
          <span className="tram-Mapping-decision" data-state={mapping.disposition}>
            <Glyph name={mapping.disposition} />
            {stateWords(mapping.disposition)}
          </span>
        )}
        <Meter mapping={mapping} />
      </button>
      <div id={id} className="tram-Mapping-body" hidden={!open}>
        {open && (
          <>
            <div className="tram-Mapping-line">
              <span className="tram-Faint">{SOURCES[mapping.source] ?? mapping.source}</span>
              <span className="tram-Buttons">
                <CommandButton
                  command="accept-technique"
                  label="Accept"
                  glyph="accept"
                  pressed={mapping.disposition === 'accept'}
                  onClick={() => controller.judge('accept', mapping.attack_id)}
                />
                <CommandButton
                  command="reject-technique"
                  label="Reject"
                  glyph="reject"
                  pressed={mapping.disposition === 'reject'}
                  onClick={() => controller.judge('reject', mapping.attack_id)}
                />
                <CommandButton command="edit" label="Note" glyph="edit" onClick={() => controller.editMapping()} />
                <CommandButton command="remove" label="Remove" onClick={() => controller.remove(mapping.attack_id)} />
              </span>
            </div>
            {editing ? (
              <MappingForm key={mapping.attack_id} controller={controller} mapping={mapping} />
            ) : (
              mapping.note !== '' && <p className="tram-Note">{mapping.note}</p>
            )}
            {technique && <About controller={controller} technique={technique} />}
            <div className="tram-Why">
              <h4>Why</h4>
              <Why text={sentence.text} insight={insight} />
            </div>
          </>
        )}
      </div>
    </li>
  );
}
