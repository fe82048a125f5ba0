/** The menu of what the host does with the report as a whole. */
import { useEffect, useId, useRef, useState } from 'react';

/** An action of the host, such as an export. */
export interface HostAction {
  label: string;
  run: () => void;
}

export function ActionMenu({ actions }: { actions: readonly HostAction[] }): React.JSX.Element {
  const [open, setOpen] = useState(false);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const items = (): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
  useEffect(() => {
    if (open) {
      items()[0]?.focus();
    }
  }, [open]);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const all = items();
    const place = all.indexOf(document.activeElement as HTMLElement);
    const steps: Record<string, () => void> = {
      ArrowDown: () => all[(place + 1) % all.length]?.focus(),
      ArrowUp: () => all[(place - 1 + all.length) % all.length]?.focus(),
      Home: () => all[0]?.focus(),
      End: () => all[all.length - 1]?.focus(),
      Escape: close,
      Tab: () => setOpen(false)
    };
    const act = steps[event.key];
    if (act) {
      event.stopPropagation();
      if (event.key !== 'Tab') {
        event.preventDefault();
      }
      act();
    }
  };
  return (
    <span className="tram-Menu">
      <button
        ref={button}
        type="button"
        className="tram-Button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        Report <span aria-hidden="true">▾</span>
      </button>
      <div
        ref={list}
        id={id}
        className="tram-Menu-list"
        role="menu"
        aria-label="Report"
        hidden={!open}
        onKeyDown={onKeyDown}
        onBlur={event => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) {
            setOpen(false);
          }
        }}
      >
        {actions.map(({ label, run }) => (
          <button
            key={label}
            type="button"
            role="menuitem"
            tabIndex={-1}
            className="tram-Menu-item"
            onClick={() => {
              close();
              run();
            }}
          >
            {label}
          </button>
        ))}
      </div>
    </span>
  );
}
