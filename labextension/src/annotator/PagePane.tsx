/** The page of a PDF on which the selected sentence stands, with the boxes of its sentences. */
import { useEffect, useRef, useState } from 'react';

import { CommandButton } from './Button';
import type { Controller } from './controller';
import { useTopic } from './topics';
import type { PageSource, SentenceBoxes } from './transport';

/** Pixels of a page's image. */
const WIDTH = 1_000;

interface Shown {
  number: number;
  /** The address of the image, which is valid while it is shown. */
  url: string;
  sentences: readonly SentenceBoxes[];
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Load a page; what was shown before stays until it is there. */
function usePage(source: PageSource, number: number | null): { shown: Shown | null; failure: string | null } {
  const [shown, setShown] = useState<Shown | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    if (number === null) {
      return undefined;
    }
    let isWanted = true;
    let url: string | null = null;
    Promise.all([source.image(number, WIDTH), source.boxes(number)]).then(
      ([image, sentences]) => {
        if (isWanted) {
          url = URL.createObjectURL(image);
          setShown({ number, url, sentences });
          setFailure(null);
        }
      },
      (error: unknown) => isWanted && setFailure(reasonOf(error))
    );
    return () => {
      isWanted = false;
      const left = url;
      if (left !== null) {
        // The next page takes its place first.
        setTimeout(() => URL.revokeObjectURL(left), 1_000);
      }
    };
  }, [source, number]);
  return { shown, failure };
}

function Boxes({ controller, sentences }: { controller: Controller; sentences: readonly SentenceBoxes[] }): React.JSX.Element {
  const { store } = controller;
  useTopic(store.topics, 'selection');
  useTopic(store.topics, 'rows');
  const current = useRef<HTMLButtonElement>(null);
  const { selected } = store;
  useEffect(() => {
    // jsdom has no layout, and cannot scroll.
    current.current?.scrollIntoView?.({ block: 'nearest' });
  }, [selected, sentences]);
  return (
    <>
      {sentences.flatMap(({ id, boxes }) => {
        const state = store.reading?.stateOf(id) ?? 'none';
        return boxes.map(([left = 0, top = 0, right = 0, bottom = 0], line) => (
          <button
            type="button"
            tabIndex={-1}
            key={`${id}-${line}`}
            ref={id === selected && line === 0 ? current : null}
            className="tram-Page-box"
            aria-label={`Select sentence ${(store.reading?.placeOf(id) ?? 0) + 1}`}
            aria-current={id === selected}
            data-state={state}
            style={{
              left: `${100 * left}%`,
              top: `${100 * top}%`,
              width: `${100 * (right - left)}%`,
              height: `${100 * (bottom - top)}%`
            }}
            onClick={() => controller.goTo(id)}
          />
        ));
      })}
    </>
  );
}

export interface PagePaneProps {
  controller: Controller;
  source: PageSource;
  /** How many pages there are. */
  count: number;
  /** Why there are none. */
  failure: string | null;
  /** Shows the text instead; null where there is none. */
  onText: (() => void) | null;
}

export function PagePane({ controller, source, count, failure: missing, onText }: PagePaneProps): React.JSX.Element {
  const { store } = controller;
  useTopic(store.topics, 'selection');
  const [number, setNumber] = useState(store.current?.page ?? 1);
  const current = store.current?.page ?? null;
  useEffect(() => {
    if (current !== null) {
      setNumber(current);
    }
  }, [current]);
  const { shown, failure } = usePage(source, missing === null ? number : null);
  const problem = missing ?? failure;
  return (
    <section className="tram-Page" aria-label="Page of the document">
      <div className="tram-Page-head">
        <button type="button" className="tram-Button" disabled={number <= 1} onClick={() => setNumber(number - 1)}>
          <span aria-hidden="true">‹</span> <span className="tram-Hidden">Page before</span>
        </button>
        <span>
          Page {number} {count > 0 && `of ${count}`}
        </span>
        <button type="button" className="tram-Button" disabled={number >= count} onClick={() => setNumber(number + 1)}>
          <span className="tram-Hidden">Next page</span> <span aria-hidden="true">›</span>
        </button>
        {onText && (
          <button type="button" className="tram-Button" onClick={onText}>
            Text
          </button>
        )}
        <CommandButton command="page" label="Close" onClick={() => controller.togglePage()} />
      </div>
      <div className="tram-Page-scroll">
        {problem !== null && (
          <p className="tram-List-empty" role="alert">
            {problem}
          </p>
        )}
        {problem === null && shown === null && <p className="tram-List-empty">Rendering the page…</p>}
        {problem === null && shown !== null && (
          <div className="tram-Page-sheet" data-page={shown.number}>
            <img src={shown.url} alt={`Page ${shown.number} of the document`} draggable={false} />
            <Boxes controller={controller} sentences={shown.sentences} />
          </div>
        )}
      </div>
    </section>
  );
}
