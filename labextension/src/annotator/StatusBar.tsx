/** The status bar: the last action, and whether everything is saved. */
import type { Controller } from './controller';
import { Glyph } from './glyphs';
import { useTopic } from './topics';

function Saved({ controller }: { controller: Controller }): React.JSX.Element {
  const { store } = controller;
  useTopic(store.topics, 'status');
  const { tone, text } = store.status;
  const { link } = store.transport;
  return (
    <div className="tram-Saved" data-tone={tone}>
      <Glyph name={tone} />
      <span role="status" className="tram-Saved-text">
        {text}
      </span>
      {link === 'lost' && (
        <button type="button" className="tram-Button" onClick={() => store.transport.check()}>
          Try again
        </button>
      )}
    </div>
  );
}

export function StatusBar({ controller }: { controller: Controller }): React.JSX.Element {
  const { store } = controller;
  useTopic(store.topics, 'notice');
  const { notice } = store;
  return (
    <footer className="tram-StatusBar">
      <p role="status" className="tram-StatusBar-notice">
        {notice}
      </p>
      <Saved controller={controller} />
    </footer>
  );
}

/** Failed actions, shown above the sentences until dismissed. */
export function Warning({ controller }: { controller: Controller }): React.JSX.Element {
  const { store } = controller;
  useTopic(store.topics, 'notice');
  const { warnings } = store;
  const place = (id: number): string => {
    const found = store.reading?.numberOf(id);
    return found === undefined ? '' : `Sentence ${found}: `;
  };
  // The region is always there: a screen reader tells only of changes in what it knows.
  return (
    <div role="alert" className="tram-Warning" hidden={warnings.length === 0}>
      {warnings.length > 0 && (
        <>
          <ul>
            {warnings.map(({ text, sentence }) => (
              <li key={`${sentence} ${text}`}>
                {sentence !== null && place(sentence)}
                {text}{' '}
                {sentence !== null && (
                  <button type="button" className="tram-Warning-show" onClick={() => controller.goTo(sentence)}>
                    Show it
                  </button>
                )}
              </li>
            ))}
          </ul>
          <button type="button" className="tram-Button" onClick={() => store.hush()}>
            Got it
          </button>
        </>
      )}
    </div>
  );
}
