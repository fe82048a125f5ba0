/** The text of the report as it was, with its sentences marked by what became of them. */
import { memo, useEffect, useMemo, useRef, useState } from 'react';

import { CommandButton } from './Button';
import type { Controller } from './controller';
import { groupsOf, type Line, type LineGroup, linesOf, type Piece } from './paragraphs';
import type { ReviewStore } from './store';
import { TechniqueCombobox } from './TechniqueCombobox';
import { characterOf } from './textOffsets';
import { PLACE, type SelectedPart, selectedPart } from './textSelection';
import { useTopic } from './topics';
import type { ReportText } from './transport';

interface GroupProps {
  controller: Controller;
  group: LineGroup;
  /** What its sentences look like; it is drawn again when that changes. */
  looks: string;
}

function Pieces({ store, pieces }: { store: ReviewStore; pieces: readonly Piece[] }): React.JSX.Element {
  return (
    <>
      {pieces.map(({ text, sentence, place }) =>
        sentence === null ? (
          <span key={place} {...{ [PLACE]: place }}>
            {text}
          </span>
        ) : (
          <span
            key={place}
            {...{ [PLACE]: place }}
            className="tram-Text-sentence"
            data-sentence={sentence}
            data-state={store.reading?.stateOf(sentence) ?? 'none'}
            data-current={sentence === store.selected}
          >
            {text}
          </span>
        )
      )}
    </>
  );
}

const HEADINGS = ['h3', 'h4', 'h5', 'h6'] as const;

function Heading({ controller, line }: { controller: Controller; line: Line }): React.JSX.Element {
  const Tag = HEADINGS[Math.min(line.level, HEADINGS.length) - 1] ?? 'h3';
  const sentence = line.cells[0]?.find(piece => piece.sentence !== null)?.sentence ?? null;
  return (
    <div className="tram-Text-heading" data-level={line.level}>
      <Tag>
        <Pieces store={controller.store} pieces={line.cells[0] ?? []} />
      </Tag>
      {sentence !== null && controller.store.mayReview && (
        <button type="button" className="tram-Button" onClick={() => controller.dismissSection(sentence)}>
          No technique here
        </button>
      )}
    </div>
  );
}

/** A group is drawn again only when a sentence of it looks different: a report has thousands. */
const Group = memo(
  function Group({ controller, group }: GroupProps): React.JSX.Element {
    const { store } = controller;
    const { lines } = group;
    const pieces = (line: Line | undefined): React.JSX.Element => <Pieces store={store} pieces={line?.cells[0] ?? []} />;
    switch (group.kind) {
      case 'heading':
        return <>{lines[0] && <Heading controller={controller} line={lines[0]} />}</>;
      case 'item':
        return (
          <ul>
            {lines.map((line, index) => (
              <li key={index} data-marked={line.isMarked}>
                {pieces(line)}
              </li>
            ))}
          </ul>
        );
      case 'row':
        return (
          <div className="tram-Text-table">
            <table>
              <tbody>
                {lines.map((line, index) => (
                  <tr key={index}>
                    {line.cells.map((cell, column) => (
                      <td key={column}>
                        <Pieces store={store} pieces={cell} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        );
      case 'code':
        return (
          <pre>
            {lines.map((line, index) => (
              <code key={index}>
                {pieces(line)}
                {'\n'}
              </code>
            ))}
          </pre>
        );
      default:
        return <p data-kind={group.kind}>{pieces(lines[0])}</p>;
    }
  },
  (before, after) => before.looks === after.looks && before.group === after.group
);

function looksOf(controller: Controller, group: LineGroup): string {
  const { store } = controller;
  return group.lines
    .flatMap(line => line.cells.flat())
    .map(({ sentence }) => (sentence === null ? '' : `${store.reading?.stateOf(sentence)}${sentence === store.selected}`))
    .join();
}

interface SelectionBarProps {
  controller: Controller;
  text: string;
  part: SelectedPart;
  onDone: () => void;
}

/** What can be done with the selected part of the text: it becomes a sentence of its own, with a technique. */
function SelectionBar({ controller, text, part, onDone }: SelectionBarProps): React.JSX.Element {
  const { store } = controller;
  const said = text.slice(part.start, part.end);
  const extract = (attackId: string): void => {
    const [start, end] = [characterOf(text, part.start), characterOf(text, part.end)];
    void controller.wide.extract({ start, end, text: said, attack_id: attackId });
    onDone();
    controller.focusOn('list');
  };
  return (
    <div className="tram-Text-selection" role="group" aria-label="The selected words">
      <q>{said.trim().replace(/\s+/g, ' ')}</q>
      <TechniqueCombobox
        attack={store.attack}
        label="Technique of the selected words"
        placeholder="A sentence of its own, with technique…"
        disabled={!store.mayReview}
        onChoose={extract}
        onLeave={onDone}
      />
      <button type="button" className="tram-Button" onClick={onDone}>
        Cancel
      </button>
    </div>
  );
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
  const [part, setPart] = useState<SelectedPart | null>(null);
  const select = (): void => {
    if (pane.current) {
      setPart(selectedPart(pane.current, window.getSelection()));
    }
  };
  const { reading } = store;
  useEffect(() => {
    // Read again when sentences came or went: `reading` is another object then.
    read().then(setText, (error: unknown) => setFailure(error instanceof Error ? error.message : String(error)));
  }, [read, reading]);
  const groups = useMemo(() => (text === null ? [] : groupsOf(linesOf(text))), [text]);
  const { selected } = store;
  useEffect(() => {
    pane.current?.querySelector(`[data-sentence="${selected}"]`)?.scrollIntoView?.({ block: 'center' });
  }, [selected, groups]);
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
      {part && text && <SelectionBar controller={controller} text={text.text} part={part} onDone={() => setPart(null)} />}
      {/* Keys choose sentences in the list; a click here is the mouse's way to the same. */}
      <div
        ref={pane}
        className="tram-Page-scroll tram-Text"
        tabIndex={0}
        onMouseUp={select}
        onKeyUp={select}
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
        {groups.map((group, index) => (
          <Group key={index} controller={controller} group={group} looks={looksOf(controller, group)} />
        ))}
      </div>
    </section>
  );
}
