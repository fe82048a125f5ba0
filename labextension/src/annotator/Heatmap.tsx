/** The ATT&CK matrix as a heat map; a technique's sentences show on hover or focus. */
import { Fragment, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { type Cell, type Column, columnsOf, findsOf, flat } from './matrix';
import type { AttackIndex } from './search';
import { stateWords } from './stateWords';
import type { EvidenceBody, TechniqueCount } from './types';

const SETTLED_MS = 120;
const MOST_EVIDENCE = 4;

export interface HeatmapProps {
  attack: AttackIndex | null;
  counts: readonly TechniqueCount[] | null;
  evidence: (attackId: string) => Promise<EvidenceBody[]>;
  /** Called with the technique chosen by a click or Enter. */
  onChoose: (attackId: string) => void;
  chooseLabel: string;
  selected?: string | null;
  /** Shown beside the switch between all and found techniques. */
  actions?: (columns: readonly Column[]) => React.ReactNode;
  firstCell?: RefObject<HTMLElement>;
}

interface Place {
  column: number;
  row: number;
}

function placeAfter(columns: readonly Column[], place: Place, key: string): Place | null {
  const heights = columns.map(column => flat(column.cells).length);
  const within = (column: number, row: number): Place => ({
    column,
    row: Math.max(0, Math.min((heights[column] ?? 1) - 1, row))
  });
  const filled = (from: number, step: 1 | -1): number => {
    let column = from + step;
    while (column >= 0 && column < columns.length && (heights[column] ?? 0) === 0) {
      column += step;
    }
    return column >= 0 && column < columns.length ? column : from;
  };
  switch (key) {
    case 'ArrowDown':
      return within(place.column, place.row + 1);
    case 'ArrowUp':
      return within(place.column, place.row - 1);
    case 'ArrowRight':
      return within(filled(place.column, 1), place.row);
    case 'ArrowLeft':
      return within(filled(place.column, -1), place.row);
    case 'Home':
      return within(place.column, 0);
    case 'End':
      return within(place.column, Infinity);
    default:
      return null;
  }
}

function Evidence(props: {
  cell: Cell | null;
  sentences: readonly EvidenceBody[] | null;
  failed: boolean;
  chooseLabel: string;
}): React.JSX.Element {
  const { cell, sentences, failed, chooseLabel } = props;
  return (
    <section className="tram-Evidence" aria-label="Evidence" aria-live="polite">
      {cell === null ? (
        <p className="tram-Faint">Point at a technique, or move to it with the arrow keys, to see its evidence.</p>
      ) : (
        <>
          <h3>
            {cell.technique.attack_id} {cell.technique.name}{' '}
            <span className="tram-Faint">
              {findsOf(cell)} · Enter or click: {chooseLabel}
            </span>
          </h3>
          {failed && <p className="tram-Faint">The evidence could not be read.</p>}
          {sentences && (
            <ul>
              {sentences.slice(0, MOST_EVIDENCE).map(item => (
                <li key={item.sentence}>
                  <q>{item.text}</q>{' '}
                  <cite>
                    {stateWords(item.disposition)}, {Math.round(item.confidence)} %, {item.report_name}
                  </cite>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}

/** The evidence of the hovered technique; requested once per cell until counts change. */
function useEvidence(
  cell: Cell | null,
  counts: readonly TechniqueCount[] | null,
  ask: (attackId: string) => Promise<EvidenceBody[]>
): { sentences: EvidenceBody[] | null; failed: boolean } {
  const known = useRef(new Map<string, EvidenceBody[]>());
  const [, setServed] = useState('');
  const [failed, setFailed] = useState('');
  useEffect(() => known.current.clear(), [counts]);
  const id = cell?.technique.attack_id ?? '';
  const there = cell !== null && cell.accepted + cell.proposed > 0;
  useEffect(() => {
    if (!there || known.current.has(id)) {
      return undefined;
    }
    const timer = setTimeout(() => {
      ask(id).then(
        found => {
          known.current.set(id, found);
          setServed(id);
        },
        () => setFailed(id)
      );
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [id, there, ask]);
  return { sentences: known.current.get(id) ?? null, failed: id !== '' && failed === id };
}

export function Heatmap(props: HeatmapProps): React.JSX.Element {
  const { attack, counts, evidence, onChoose, chooseLabel, selected = null, actions, firstCell } = props;
  const [everything, setEverything] = useState(false);
  const [place, setPlace] = useState<Place>({ column: 0, row: 0 });
  const [pointed, setPointed] = useState<Cell | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const columns = useMemo(() => (attack && counts ? columnsOf(attack, counts, everything) : []), [attack, counts, everything]);
  const { sentences, failed } = useEvidence(pointed, counts, evidence);
  if (!attack || !counts) {
    return <p className="tram-List-empty">Reading the matrix…</p>;
  }
  const first = columns.findIndex(column => column.cells.length > 0);
  const active = columns[place.column]?.cells.length ? place : { column: first, row: 0 };

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const next = placeAfter(columns, active, event.key);
    if (next && event.target instanceof HTMLElement && event.target.closest('.tram-Cell')) {
      event.preventDefault();
      setPlace(next);
      const selector = `[data-place="${next.column}:${next.row}"]`;
      root.current?.querySelector<HTMLElement>(selector)?.focus();
    }
  };

  return (
    <div className="tram-Heatmap">
      <div className="tram-Heatmap-head">
        <p className="tram-Legend">
          <span>fewer</span>
          {[1, 2, 3, 4].map(level => (
            <span key={level} className="tram-Legend-step" data-level={level} aria-hidden="true" />
          ))}
          <span>more sentences; dashed: awaiting review</span>
        </p>
        <label className="tram-Heatmap-all">
          <input type="checkbox" checked={everything} onChange={event => setEverything(event.currentTarget.checked)} /> All
          techniques
        </label>
        {actions?.(columns)}
      </div>
      {columns.length === 0 && <p className="tram-List-empty">No technique was found.</p>}
      <div
        ref={root}
        className="tram-Heatmap-columns"
        role="group"
        aria-label="ATT&CK matrix"
        onKeyDown={onKeyDown}
        onMouseLeave={() => setPointed(null)}
      >
        {columns.map((column, columnIndex) => (
          <section key={column.tactic.attack_id} className="tram-Heatmap-column" aria-label={column.tactic.name}>
            <h3>
              {column.tactic.name} <span className="tram-Faint">{column.cells.length}</span>
            </h3>
            <ul>
              {flat(column.cells).map((cell, row) => {
                const { technique } = cell;
                const isActive = active.column === columnIndex && active.row === row;
                const total = cell.accepted + cell.proposed;
                return (
                  <li key={technique.attack_id} data-sub={technique.attack_id.includes('.')}>
                    <button
                      type="button"
                      ref={isActive && firstCell ? (firstCell as RefObject<HTMLButtonElement>) : null}
                      className="tram-Cell"
                      data-place={`${columnIndex}:${row}`}
                      data-level={cell.level}
                      data-proposed={cell.accepted === 0 && total > 0}
                      aria-pressed={selected === technique.attack_id}
                      tabIndex={isActive ? 0 : -1}
                      onClick={() => onChoose(technique.attack_id)}
                      onFocus={() => {
                        setPlace({ column: columnIndex, row });
                        setPointed(cell);
                      }}
                      onMouseEnter={() => setPointed(cell)}
                    >
                      <span className="tram-Cell-id">{technique.attack_id}</span>{' '}
                      <span className="tram-Cell-name">
                        {technique.name.split('/').map((part, index) => (
                          <Fragment key={index}>
                            {index > 0 && '/'}
                            {index > 0 && <wbr />}
                            {part}
                          </Fragment>
                        ))}
                      </span>
                      <span className="tram-Hidden">: {findsOf(cell)}</span>
                      {total > 0 && (
                        <span className="tram-Cell-count" aria-hidden="true">
                          {total}
                        </span>
                      )}
                    </button>
                  </li>
                );
              })}
            </ul>
          </section>
        ))}
      </div>
      <Evidence cell={pointed} sentences={sentences} failed={failed} chooseLabel={chooseLabel} />
    </div>
  );
}
