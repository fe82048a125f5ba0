/** The combobox to choose a technique by part of its id, name or alias. */
import { type RefObject, useEffect, useId, useRef, useState } from 'react';

import type { AttackIndex, Hit } from './search';
import { hueStyle } from './Tag';

const MOST = 40;
/** Search results that count as seen: about as many as are visible at once. */
const SEEN = 10;

export interface TechniqueComboboxProps {
  attack: AttackIndex | null;
  label: string;
  placeholder: string;
  onChoose: (attackId: string) => void;
  /** Called on Enter in the empty field. */
  onClear?: () => void;
  /** Called with the ids of the techniques that a search shows. */
  onSearch?: (attackIds: readonly string[]) => void;
  /** Called on Escape. */
  onLeave?: () => void;
  inputRef?: RefObject<HTMLInputElement>;
  /** The chosen technique, as text. */
  value?: string;
  disabled?: boolean;
}

function Option({
  attack,
  hit,
  id,
  active,
  onChoose
}: {
  attack: AttackIndex;
  hit: Hit;
  id: string;
  active: boolean;
  onChoose: () => void;
}): React.JSX.Element {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) {
      ref.current?.scrollIntoView?.({ block: 'nearest' });
    }
  }, [active]);
  const { technique } = hit;
  const column = attack.columnOf(technique.attack_id);
  return (
    <div
      ref={ref}
      id={id}
      role="option"
      aria-selected={active}
      className="tram-Combobox-option"
      // Before the field loses the focus, and with it the list.
      onMouseDown={event => {
        event.preventDefault();
        onChoose();
      }}
    >
      <span className="tram-Tag" style={hueStyle(column)} data-plain={column === null}>
        <span className="tram-Tag-id">{technique.attack_id}</span>
      </span>{' '}
      <span className="tram-Combobox-name">{attack.fullName(technique)}</span>{' '}
      <span className="tram-Combobox-note">
        {hit.alias !== null ? `also called ${hit.alias}` : attack.tacticNames(technique).join(', ')}
      </span>
    </div>
  );
}

export function TechniqueCombobox(props: TechniqueComboboxProps): React.JSX.Element {
  const { attack, label, placeholder, onChoose, onClear, onSearch, onLeave, inputRef, value = '', disabled = false } = props;
  const prefix = useId();
  const [text, setText] = useState<string | null>(null);
  // Before anything is typed nothing is chosen: Enter would take what nobody has looked at.
  const [place, setPlace] = useState(-1);
  const open = text !== null;
  const hits = open && attack ? attack.search(text, MOST) : [];
  const current = Math.min(text ? Math.max(place, 0) : place, hits.length - 1);
  const active = hits[current];

  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) {
      list.current?.scrollIntoView?.({ block: 'nearest' });
    }
  }, [open, hits.length]);

  const shown = text ? hits.map(hit => hit.technique.attack_id).join(' ') : '';
  useEffect(() => {
    if (shown) {
      onSearch?.(shown.split(' ').slice(0, SEEN));
    }
    // `onSearch` is another function at each drawing; what matters is what is shown.
  }, [shown]);

  const close = (): void => {
    setText(null);
    setPlace(-1);
  };
  const choose = (hit: Hit | undefined): void => {
    if (hit) {
      close();
      onChoose(hit.technique.attack_id);
    } else if (text === '') {
      close();
      onClear?.();
    }
  };
  const move = (step: number): void => (open ? setPlace(Math.max(0, Math.min(hits.length - 1, current + step))) : setText(''));

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const keys: Record<string, () => void> = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      PageDown: () => move(8),
      PageUp: () => move(-8),
      Enter: () => choose(active),
      Escape: () => {
        close();
        onLeave?.();
      }
    };
    const act = keys[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  };

  return (
    <div className="tram-Combobox" onKeyDown={onKeyDown}>
      <input
        ref={inputRef ?? null}
        type="text"
        role="combobox"
        className="tram-Input"
        aria-label={label}
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls={`${prefix}-list`}
        {...(active ? { 'aria-activedescendant': `${prefix}-${active.technique.attack_id}` } : {})}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        // Not while ATT&CK is being read: what is typed would be taken for commands.
        disabled={disabled}
        value={text ?? value}
        onChange={event => {
          setText(event.currentTarget.value);
          setPlace(-1);
        }}
        onClick={() => setText(text ?? '')}
        onBlur={close}
      />
      <div ref={list} className="tram-Combobox-list" id={`${prefix}-list`} role="listbox" aria-label={label} hidden={!open}>
        {attack &&
          hits.map(hit => (
            <Option
              key={hit.technique.attack_id}
              attack={attack}
              hit={hit}
              id={`${prefix}-${hit.technique.attack_id}`}
              active={hit === active}
              onChoose={() => choose(hit)}
            />
          ))}
        {open && hits.length === 0 && (
          <p className="tram-Combobox-none">{attack ? 'No technique is called so.' : 'Reading ATT&CK…'}</p>
        )}
      </div>
    </div>
  );
}
