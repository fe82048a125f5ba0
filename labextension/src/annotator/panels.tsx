/** The panels above the sentences: list of keys, bulk acceptance. */
import { useState } from 'react';

import type { Controller } from './controller';
import { useFocusTarget } from './focusing';
import { commandGroups } from './keys';
import { useTopic } from './topics';

const SIGNS: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageDown: 'Page ↓',
  PageUp: 'Page ↑',
  Escape: 'Esc'
};

function shown(key: string): string {
  return SIGNS[key] ?? key;
}

export function KeyHelp({ controller }: { controller: Controller }): React.JSX.Element {
  const close = useFocusTarget<HTMLButtonElement>(controller, 'keys');
  return (
    <section className="tram-Panel tram-Keys" role="dialog" aria-label="Keys">
      <div className="tram-Panel-head">
        <h3>Keys</h3>
        <button ref={close} type="button" className="tram-Button" onClick={() => controller.back()}>
          Close <kbd>Esc</kbd>
        </button>
      </div>
      <div className="tram-Keys-groups">
        {commandGroups().map(group => (
          <div key={group.label}>
            <h4>{group.label}</h4>
            <dl>
              {group.commands.map(command => (
                <div key={command.id}>
                  <dt>
                    {command.keys.map(key => (
                      <kbd key={key}>{shown(key)}</kbd>
                    ))}
                  </dt>
                  <dd>{command.label}</dd>
                </div>
              ))}
            </dl>
          </div>
        ))}
      </div>
    </section>
  );
}

export function BulkAccept({ controller }: { controller: Controller }): React.JSX.Element {
  const { store } = controller;
  useTopic(store.topics, 'report');
  const field = useFocusTarget<HTMLInputElement>(controller, 'bulk');
  const [text, setText] = useState('80');
  const confidence = Number(text);
  const valid = text.trim() !== '' && confidence >= 0 && confidence <= 100;
  const above = valid ? (store.reading?.countAbove(confidence) ?? 0) : 0;
  const unmapped = store.reading?.countUnmapped() ?? 0;
  return (
    <section className="tram-Panel tram-Bulk" role="dialog" aria-label="Accept many at once">
      <form
        onSubmit={event => {
          event.preventDefault();
          if (above > 0) {
            controller.back();
            void controller.wide.bulk({ action: 'accept-above', confidence });
          }
        }}
      >
        <label>
          Accept what awaits review and whose every technique has at least{' '}
          <input
            ref={field}
            className="tram-Input tram-Input-short"
            inputMode="decimal"
            aria-invalid={!valid}
            value={text}
            onChange={event => setText(event.currentTarget.value)}
          />{' '}
          %
        </label>
        <button type="submit" className="tram-Button tram-Button-main" disabled={above === 0}>
          Accept {above} {above === 1 ? 'sentence' : 'sentences'}
        </button>
        <button
          type="button"
          className="tram-Button"
          disabled={unmapped === 0}
          onClick={() => {
            controller.back();
            void controller.wide.bulk({ action: 'accept-unmapped' });
          }}
        >
          Accept the {unmapped} without a technique
        </button>
        <button type="button" className="tram-Button" onClick={() => controller.back()}>
          Cancel <kbd>Esc</kbd>
        </button>
      </form>
    </section>
  );
}
