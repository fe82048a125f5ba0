/** The virtual list of sentences: only visible rows and the selected one are rendered. */
import { defaultRangeExtractor, type Range, useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useId, useLayoutEffect, useRef } from 'react';

import type { Controller } from './controller';
import { useFocusTarget } from './focusing';
import type { Rows } from './rows';
import { SentenceRow } from './SentenceRow';
import { useTopic } from './topics';

const GUESSED_HEIGHT = 72;
const OVERSCAN = 6;
/** Milliseconds for which rows are measured after a move. */
const SETTLING_MS = 500;
/** Pixels of the next row that stay visible at the edge. */
const LOOKAHEAD = 84;

function Empty({ controller }: { controller: Controller }): React.JSX.Element {
  const { store } = controller;
  // It stands where the list was, and has the focus that the list had.
  const clear = useFocusTarget<HTMLButtonElement>(controller, 'list');
  const empty = store.reading !== null && store.reading.length === 0;
  return (
    <div className="tram-List-empty">
      <p>{empty ? 'This report holds no sentences.' : 'No sentence fits these filters.'}</p>
      {!empty && (
        <button ref={clear} type="button" className="tram-Button" onClick={() => controller.clearFilters()}>
          Clear all filters
        </button>
      )}
    </div>
  );
}

export function SentenceList({ controller }: { controller: Controller }): React.JSX.Element {
  const { store } = controller;
  useTopic(store.topics, 'rows');
  const { rows } = store;
  return (
    <section className="tram-Sentences" aria-label="Sentences">
      {store.failure !== null && rows === null ? (
        <div className="tram-List-empty" role="alert">
          <p>{store.failure}</p>
          <button type="button" className="tram-Button" onClick={() => void store.open()}>
            Try again
          </button>
        </div>
      ) : rows === null ? (
        <p className="tram-List-empty">Reading the report…</p>
      ) : rows.length === 0 ? (
        <Empty controller={controller} />
      ) : (
        <Listbox controller={controller} rows={rows} />
      )}
    </section>
  );
}

/**
 * Keep the selected row in sight. Rows are measured when they are drawn: where one turns out to be higher than it was
 * thought to be, the selected one has moved. Returns what a person who scrolls away does.
 */
function useSight(
  list: RefObject<HTMLDivElement>,
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  place: number,
  rows: Rows
): () => void {
  const scroll = useRef(virtualizer);
  scroll.current = virtualizer;
  const until = useRef(0);
  useEffect(() => {
    if (place >= 0) {
      scroll.current.scrollToIndex(place, { align: 'auto' });
      until.current = performance.now() + SETTLING_MS;
    }
  }, [place, rows]);
  useLayoutEffect(() => {
    const box = list.current;
    const row = performance.now() < until.current ? box?.querySelector('[aria-selected=true]') : null;
    if (box && row) {
      const { top, bottom } = row.getBoundingClientRect();
      const frame = box.getBoundingClientRect();
      if (bottom > frame.bottom || top < frame.top) {
        box.scrollTop += top < frame.top ? top - frame.top : Math.min(bottom - frame.bottom, top - frame.top);
      }
    }
  });
  return () => {
    until.current = 0;
  };
}

function Listbox({ controller, rows }: { controller: Controller; rows: Rows }): React.JSX.Element {
  const { store } = controller;
  const prefix = useId();
  const list = useFocusTarget<HTMLDivElement>(controller, 'list');
  useTopic(store.topics, 'selection');
  const { selected } = store;
  const place = selected === null ? -1 : (rows.placeOf(selected) ?? -1);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current,
    estimateSize: () => GUESSED_HEIGHT,
    overscan: OVERSCAN,
    scrollPaddingStart: LOOKAHEAD,
    scrollPaddingEnd: LOOKAHEAD,
    getItemKey: useCallback((index: number) => rows.ids[index] ?? index, [rows]),
    // What `aria-activedescendant` names must be there, wherever somebody has scrolled to.
    rangeExtractor: useCallback(
      (range: Range) => {
        const found = defaultRangeExtractor(range);
        return place < 0 || found.includes(place) ? found : [...found, place].sort((a, b) => a - b);
      },
      [place]
    )
  });
  const items = virtualizer.getVirtualItems();
  const shown = items.map(item => rows.ids[item.index] ?? 0);
  useEffect(() => store.cache.want(shown), [store, shown.join()]);
  const letGo = useSight(list, virtualizer, place, rows);

  const choose = (id: number, target: EventTarget): void => {
    store.select(id);
    const mark = target instanceof Element ? target.closest('[data-attack-id]')?.getAttribute('data-attack-id') : null;
    controller.edit(null);
    if (mark) {
      controller.look(mark);
    }
  };

  return (
    <div
      ref={list}
      className="tram-List"
      role="listbox"
      tabIndex={0}
      aria-label="Sentences"
      onWheel={letGo}
      {...(place >= 0 ? { 'aria-activedescendant': `${prefix}-${selected}` } : {})}
    >
      <div className="tram-List-all" role="presentation" style={{ height: `${virtualizer.getTotalSize()}px` }}>
        {items.map(item => {
          const id = rows.ids[item.index] ?? 0;
          return (
            <div
              key={id}
              id={`${prefix}-${id}`}
              ref={virtualizer.measureElement}
              data-index={item.index}
              className="tram-List-item"
              role="option"
              aria-selected={id === selected}
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={event => choose(id, event.target as Element)}
            >
              <SentenceRow store={store} id={id} number={store.reading?.numberOf(id) ?? item.index + 1} />
            </div>
          );
        })}
      </div>
    </div>
  );
}
