/** A collapsible section of the sidebar, with the number of its rows, and keys that move between them. */
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import { type KeyboardEvent, type ReactNode, useId } from 'react';

export interface SectionProps {
  title: string;
  count: number | null;
  open: boolean;
  onToggle: () => void;
  children: ReactNode;
}

/** Move the focus to the row that a key asks for; rows are marked by `data-row`. */
export function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
  const current = rows.findIndex(row => row === document.activeElement || row.parentElement?.contains(document.activeElement));
  const target = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (target === undefined || current < 0) {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  rows[Math.max(0, Math.min(rows.length - 1, target))]?.focus();
}

export function Section({ title, count, open, onToggle, children }: SectionProps): React.JSX.Element {
  const id = useId();
  const Caret = open ? caretDownIcon : caretRightIcon;
  return (
    <section className="tram-Section" aria-labelledby={id}>
      <h3>
        <button type="button" id={id} className="tram-Section-title" aria-expanded={open} onClick={onToggle}>
          <Caret.react tag="span" className="tram-Section-caret" />
          <span>{title}</span>
          {count !== null && <span className="tram-Section-count">{count}</span>}
        </button>
      </h3>
      {open && (
        <div className="tram-Section-body" onKeyDown={moveBetweenRows}>
          {children}
        </div>
      )}
    </section>
  );
}
