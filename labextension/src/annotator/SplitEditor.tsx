/** The editor to split a sentence: by arrow keys from word to word, or by a click. */
import { useMemo, useState } from 'react';

import type { Controller } from './controller';
import { useFocusTarget } from './focusing';
import { characterOf, cuts, likelyCut } from './textOffsets';
import type { SentenceBody } from './types';

function wordAround(text: string, cut: number): string {
  const before = text.slice(0, cut).trim().split(/\s+/).pop() ?? '';
  const after = text.slice(cut).trim().split(/\s+/)[0] ?? '';
  return `between “${before}” and “${after}”`;
}

export function SplitEditor({ controller, sentence }: { controller: Controller; sentence: SentenceBody }): React.JSX.Element {
  const { text } = sentence;
  const places = useMemo(() => cuts(text), [text]);
  const [cut, setCut] = useState<number | null>(() => likelyCut(text));
  const slider = useFocusTarget<HTMLDivElement>(controller, 'split');
  const leave = (): void => {
    controller.edit(null);
    controller.focusOn('list');
  };
  if (cut === null) {
    return (
      <div className="tram-Split">
        <p>A single word cannot be split.</p>
        <button type="button" className="tram-Button" onClick={leave}>
          Close
        </button>
      </div>
    );
  }
  const split = (): void => {
    leave();
    void controller.wide.split(sentence, characterOf(text, cut));
  };
  const place = places.indexOf(cut);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const target: Record<string, number> = {
      ArrowRight: place + 1,
      ArrowDown: place + 5,
      ArrowLeft: place - 1,
      ArrowUp: place - 5,
      Home: 0,
      End: places.length - 1
    };
    const next = target[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setCut(places[Math.max(0, Math.min(places.length - 1, next))] ?? cut);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      split();
    }
  };
  const starts = [0, ...places];
  return (
    <div className="tram-Split">
      <div
        ref={slider}
        className="tram-Split-text"
        role="slider"
        tabIndex={0}
        aria-label="Where the second sentence begins"
        aria-valuemin={1}
        aria-valuemax={places.length}
        aria-valuenow={place + 1}
        aria-valuetext={wordAround(text, cut)}
        onKeyDown={onKeyDown}
      >
        {starts.map((start, index) => (
          <span key={start} data-part={start < cut ? 'first' : 'second'} onClick={() => index > 0 && setCut(start)}>
            {start === cut && <span className="tram-Split-cut" />}
            {text.slice(start, starts[index + 1])}
          </span>
        ))}
      </div>
      <div className="tram-Split-actions">
        <button type="button" className="tram-Button tram-Button-main" onClick={split}>
          Split here <kbd>Enter</kbd>
        </button>
        <button type="button" className="tram-Button" onClick={leave}>
          Cancel <kbd>Esc</kbd>
        </button>
        <span className="tram-Faint">← → move the cut</span>
      </div>
    </div>
  );
}
