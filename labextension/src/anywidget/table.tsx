/**
 * A table that sorts, filters and acts, below a notebook's cell.
 *
 * Traits: `caption`; `empty`, what is said where there are no rows; `columns`, `rows`, `filterable`; `sort`, the key of a
 * column, with a minus before it where the greatest comes first. A click on an action sends `{action, key}`.
 */
import { useEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';

import '../../style/panel.css';
import { keepKeysAround } from './keyboard';

export type Cell = string | number | null;

export interface Column {
  key: string;
  label: string;
  /** `name`, `id` and `long` are texts; `progress` is from 0 to 1; `percent` is from 0 to 1, too, and shows as such. */
  kind: 'text' | 'name' | 'long' | 'id' | 'number' | 'percent' | 'change' | 'progress' | 'moment';
}

export interface Row {
  key: string;
  cells: Record<string, Cell>;
  actions: { name: string; label: string; title: string }[];
}

export interface TableModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

const AT_ONCE = 100;
const NUMBERS: ReadonlySet<string> = new Set(['number', 'percent', 'change']);

function useTrait<Value>(model: TableModel, name: string): Value {
  const [value, setValue] = useState(() => model.get(name) as Value);
  useEffect(() => {
    const follow = (): void => setValue(model.get(name) as Value);
    follow();
    model.on(`change:${name}`, follow);
    return () => model.off(`change:${name}`, follow);
  }, [model, name]);
  return value;
}

/** Numbers by size, texts as people order them; what is missing comes last, whichever way. */
export function sorted(rows: readonly Row[], sort: string): Row[] {
  const descending = sort.startsWith('-');
  const key = descending ? sort.slice(1) : sort;
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
  return key === ''
    ? [...rows]
    : [...rows].sort((first, second) => {
        const [a, b] = [first.cells[key] ?? null, second.cells[key] ?? null];
        if (a === null || b === null) {
          return a === b ? 0 : a === null ? 1 : -1;
        }
        const order = typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
        return descending ? -order : order;
      });
}

function shown(value: Cell, kind: Column['kind']): string {
  if (value === null) {
    return '–';
  }
  if (typeof value !== 'number') {
    return kind === 'moment' ? moment(value) : value;
  }
  switch (kind) {
    case 'percent':
      return `${(100 * value).toFixed(1)} %`;
    case 'change':
      return `${value > 0 ? '+' : value < 0 ? '−' : ''}${(100 * Math.abs(value)).toFixed(1)}`;
    default:
      return value.toLocaleString();
  }
}

function moment(value: string): string {
  const parsed = new Date(value);
  return Number.isNaN(parsed.getTime()) ? value : parsed.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

function CellView({ value, kind }: { value: Cell; kind: Column['kind'] }): React.JSX.Element {
  if (kind !== 'progress' || typeof value !== 'number') {
    return <>{shown(value, kind)}</>;
  }
  const percent = Math.round(100 * value);
  return (
    <span className="tram-Table-progress">
      <progress max={100} value={percent} aria-label="Progress" />
      {percent} %
    </span>
  );
}

function Heading(props: { column: Column; sort: string; onSort: (sort: string) => void }): React.JSX.Element {
  const { column, sort, onSort } = props;
  const direction = sort === column.key ? 'ascending' : sort === `-${column.key}` ? 'descending' : undefined;
  // What is large is interesting in numbers, what comes first in texts.
  const first = NUMBERS.has(column.kind) || column.kind === 'moment' ? `-${column.key}` : column.key;
  const other = first === column.key ? `-${column.key}` : column.key;
  return (
    <th scope="col" aria-sort={direction} data-kind={NUMBERS.has(column.kind) ? 'number' : column.kind}>
      <button type="button" title={`Sort by ${column.label}`} onClick={() => onSort(sort === first ? other : first)}>
        {column.label}
        <span className="tram-Table-arrow" aria-hidden="true">
          {direction === undefined ? '' : direction === 'ascending' ? '▲' : '▼'}
        </span>
      </button>
    </th>
  );
}

function Body(props: { rows: readonly Row[]; columns: readonly Column[]; act: (name: string, key: string) => void }) {
  const { rows, columns, act } = props;
  const acting = rows.some(row => row.actions.length > 0);
  return (
    <tbody>
      {rows.map(row => (
        <tr key={row.key}>
          {columns.map(column => (
            <td key={column.key} data-kind={NUMBERS.has(column.kind) ? 'number' : column.kind}>
              <CellView value={row.cells[column.key] ?? null} kind={column.kind} />
            </td>
          ))}
          {acting && (
            <td>
              <span className="tram-Table-actions">
                {row.actions.map(({ name, label, title }) => (
                  <button key={name} type="button" title={title} aria-label={title} onClick={() => act(name, row.key)}>
                    {label}
                  </button>
                ))}
              </span>
            </td>
          )}
        </tr>
      ))}
    </tbody>
  );
}

function TableView({ model }: { model: TableModel }): React.JSX.Element {
  const caption = useTrait<string>(model, 'caption');
  const empty = useTrait<string>(model, 'empty');
  const columns = useTrait<Column[]>(model, 'columns');
  const rows = useTrait<Row[]>(model, 'rows');
  const filterable = useTrait<boolean>(model, 'filterable');
  const sort = useTrait<string>(model, 'sort');
  const [filter, setFilter] = useState('');
  const [most, setMost] = useState(AT_ONCE);
  const found = useMemo(() => {
    const wanted = filter.trim().toLowerCase();
    const matches = (row: Row): boolean =>
      columns.some(column =>
        shown(row.cells[column.key] ?? null, column.kind)
          .toLowerCase()
          .includes(wanted)
      );
    return sorted(wanted === '' ? rows : rows.filter(matches), sort);
  }, [rows, columns, sort, filter]);
  const acting = rows.some(row => row.actions.length > 0);
  return (
    <section className="tram-Table" aria-label={caption}>
      <div className="tram-Table-head">
        <span className="tram-Table-caption">{caption}</span>
        {filterable && rows.length > 0 && (
          <label className="tram-Table-filter">
            Find
            <input type="search" value={filter} onInput={event => setFilter(event.currentTarget.value)} />
          </label>
        )}
        <span className="tram-Widget-faint" role="status">
          {filter.trim() === '' ? '' : `${found.length.toLocaleString()} of ${rows.length.toLocaleString()}`}
        </span>
      </div>
      <div className="tram-Table-scroll" tabIndex={0} role="region" aria-label={`${caption}, table`}>
        {rows.length === 0 ? (
          <p className="tram-Table-empty">{empty}</p>
        ) : (
          <table>
            <thead>
              <tr>
                {columns.map(column => (
                  <Heading
                    key={column.key}
                    column={column}
                    sort={sort}
                    onSort={chosen => {
                      model.set('sort', chosen);
                      model.save_changes();
                    }}
                  />
                ))}
                {acting && (
                  <th scope="col">
                    <span>Actions</span>
                  </th>
                )}
              </tr>
            </thead>
            <Body rows={found.slice(0, most)} columns={columns} act={(action, key) => model.send({ action, key })} />
          </table>
        )}
      </div>
      {found.length > most && (
        <div>
          <button type="button" onClick={() => setMost(most + 10 * AT_ONCE)}>
            Show {Math.min(10 * AT_ONCE, found.length - most).toLocaleString()} more of {found.length.toLocaleString()}
          </button>
        </div>
      )}
    </section>
  );
}

function render({ model, el }: { model: TableModel; el: HTMLElement }): () => void {
  el.classList.add('tram-Widget');
  const release = keepKeysAround(el, '.tram-Controls');
  const root = createRoot(el);
  root.render(<TableView model={model} />);
  return () => {
    release();
    root.unmount();
  };
}

export default { render };
