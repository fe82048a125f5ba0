/** The text of the report as it was, with its sentences marked by what became of them. */
import { memo, useEffect, useMemo, useRef, useState } from 'react';

import { CommandButton } from './Button';
import type { Controller } from './controller';
import { type Paragraph, paragraphsOf } from './paragraphs';
import { useTopic } from './topics';
import type { ReportText } from './transport';

interface LinesProps {
  controller: Controller;
  paragraph: Paragraph;
  /** What its sentences look like; it is drawn again when that changes. */
  looks: string;
}

/** A paragraph is drawn again only when a sentence of it looks different: a report has thousands. */
const Lines = memo(
  function Lines({ controller, paragraph }: LinesProps): React.JSX.Element {
    const { store } = controller;
    return (
      <p>
        {paragraph.map(({ text, sentence }, index) =>
          sentence === null ? (
            text
          ) : (
            <span
              key={`${sentence}-${index}`}
              className="tram-Text-sentence"
              data-sentence={sentence}
              data-state={store.reading?.stateOf(sentence) ?? 'none'}
              data-current={sentence === store.selected}
            >
              {text}
            </span>
          )
        )}
      </p>
    );
  },
  (before, after) => before.looks === after.looks && before.paragraph === after.paragraph
);

function looksOf(controller: Controller, paragraph: Paragraph): string {
  const { store } = controller;
  return paragraph
    .map(({ sentence }) => (sentence === null ? '' : `${store.reading?.stateOf(sentence)}${sentence === store.selected}`))
    .join();
}

export interface TextPaneProps {
  controller: Controller;
  read: () => Promise<ReportText>;
  /** Shows the page instead; null where there is none. */
  onPage: (() => void) | null;
}

export function TextPane({ controller, read, onPage }: TextPaneProps): React.JSX.Element {
  const { store } = controller;
  useTopic(store.topics, 'selection');
  useTopic(store.topics, 'rows');
  useTopic(store.topics, 'report');
  const [text, setText] = useState<ReportText | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const pane = useRef<HTMLDivElement>(null);
  const { reading } = store;
  useEffect(() => {
    // Read again when sentences came or went: `reading` is another object then.
    read().then(setText, (error: unknown) => setFailure(error instanceof Error ? error.message : String(error)));
  }, [read, reading]);
  const paragraphs = useMemo(() => (text === null ? [] : paragraphsOf(text)), [text]);
  const { selected } = store;
  useEffect(() => {
    pane.current?.querySelector(`[data-sentence="${selected}"]`)?.scrollIntoView?.({ block: 'center' });
  }, [selected, paragraphs]);
  return (
    <section className="tram-Page" aria-label="Text of the report">
      <div className="tram-Page-head">
        <span>Text</span>
        {onPage && (
          <button type="button" className="tram-Button" onClick={onPage}>
            Page
          </button>
        )}
        <CommandButton command="page" label="Close" onClick={() => controller.togglePage()} />
      </div>
      {/* Keys choose sentences in the list; a click here is the mouse's way to the same. */}
      <div
        ref={pane}
        className="tram-Page-scroll tram-Text"
        onClick={event => {
          const chosen = (event.target as HTMLElement).closest<HTMLElement>('[data-sentence]')?.dataset['sentence'];
          if (chosen !== undefined && window.getSelection()?.isCollapsed !== false) {
            controller.goTo(Number(chosen));
          }
        }}
      >
        {failure !== null && (
          <p className="tram-List-empty" role="alert">
            {failure}
          </p>
        )}
        {failure === null && text === null && <p className="tram-List-empty">Reading the text…</p>}
        {paragraphs.map((paragraph, index) => (
          <Lines key={index} controller={controller} paragraph={paragraph} looks={looksOf(controller, paragraph)} />
        ))}
      </div>
    </section>
  );
}
