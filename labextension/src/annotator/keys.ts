/** All keys of the annotator; the overlay under `?` is made from this table. */
import type { Controller } from './controller';

export interface Command {
  id: string;
  /** As `keyName` writes them; the first is shown on buttons. */
  keys: readonly string[];
  label: string;
  run: (controller: Controller, key: string) => void;
}

export interface CommandGroup {
  label: string;
  commands: readonly Command[];
}

export const COMMANDS: readonly CommandGroup[] = [
  {
    label: 'Decide',
    commands: [
      { id: 'accept', keys: ['A'], label: 'Accept, on to the next unreviewed', run: it => it.decide('accept', true) },
      { id: 'accept-stay', keys: ['Shift+A'], label: 'Accept, and stay', run: it => it.decide('accept', false) },
      { id: 'reject', keys: ['R'], label: 'Reject, on to the next unreviewed', run: it => it.decide('reject', true) },
      { id: 'reject-stay', keys: ['Shift+R'], label: 'Reject, and stay', run: it => it.decide('reject', false) },
      { id: 'clear', keys: ['C'], label: 'Clear the decision', run: it => it.decide(null, false) },
      {
        id: 'dismiss-section',
        keys: ['Shift+D'],
        label: 'No technique in this section',
        run: it => it.dismissSection()
      },
      { id: 'bulk', keys: ['B'], label: 'Accept many at once', run: it => it.open('bulk') },
      { id: 'undo', keys: ['U', 'Ctrl+Z'], label: 'Undo', run: it => void it.wide.undo() },
      { id: 'redo', keys: ['Shift+U', 'Ctrl+Shift+Z', 'Ctrl+Y'], label: 'Redo', run: it => void it.wide.redo() }
    ]
  },
  {
    label: 'Techniques',
    commands: [
      { id: 'add', keys: ['T', '+'], label: 'Add a technique', run: it => it.focusOn('technique') },
      { id: 'accept-technique', keys: ['Y'], label: 'Accept this technique, on to the next', run: it => it.judge('accept') },
      { id: 'reject-technique', keys: ['D'], label: 'Reject this technique, on to the next', run: it => it.judge('reject') },
      { id: 'clear-technique', keys: ['Shift+Y'], label: 'Clear the decision about it', run: it => it.judge(null) },
      { id: 'throughout', keys: ['L'], label: 'Techniques of the whole report', run: it => it.open('techniques') },
      { id: 'technique-next', keys: ['ArrowRight'], label: 'Next technique', run: it => it.lookBy(1) },
      { id: 'technique-previous', keys: ['ArrowLeft'], label: 'Technique before', run: it => it.lookBy(-1) },
      { id: 'remove', keys: ['X', 'Delete'], label: 'Remove this technique', run: it => it.remove() },
      { id: 'edit', keys: ['E'], label: 'Note and confidence', run: it => it.editMapping() },
      { id: 'web', keys: ['W'], label: 'Open its page at MITRE', run: it => it.openTechnique() },
      {
        id: 'suggestion',
        keys: ['1', '2', '3', '4', '5'],
        label: 'Add what the model thinks of',
        run: (it, key) => it.addSuggestion(Number(key) - 1)
      }
    ]
  },
  {
    label: 'Move',
    commands: [
      { id: 'next', keys: ['J', 'ArrowDown'], label: 'Next sentence', run: it => it.moveBy(1) },
      { id: 'previous', keys: ['K', 'ArrowUp'], label: 'Sentence before', run: it => it.moveBy(-1) },
      { id: 'next-unreviewed', keys: ['N'], label: 'Next unreviewed', run: it => void it.moveToUnreviewed(1) },
      { id: 'previous-unreviewed', keys: ['P'], label: 'Unreviewed before', run: it => void it.moveToUnreviewed(-1) },
      { id: 'page-down', keys: ['PageDown'], label: 'Ten on', run: it => it.moveByPage(1) },
      { id: 'page-up', keys: ['PageUp'], label: 'Ten back', run: it => it.moveByPage(-1) },
      { id: 'first', keys: ['Home'], label: 'First', run: it => it.moveTo(0) },
      { id: 'last', keys: ['End'], label: 'Last', run: it => it.moveTo(Infinity) },
      { id: 'detail', keys: ['Enter'], label: 'Into the details', run: it => it.focusOn('detail') },
      { id: 'back', keys: ['Escape'], label: 'Back to the list', run: it => it.back() }
    ]
  },
  {
    label: 'Sentences and view',
    commands: [
      { id: 'split', keys: ['S'], label: 'Split the sentence', run: it => it.edit('split') },
      { id: 'merge', keys: ['M'], label: 'Merge with the next', run: it => it.merge() },
      { id: 'text', keys: ['/'], label: 'Filter by text', run: it => it.focusOn('text') },
      { id: 'by-technique', keys: ['Shift+T'], label: 'Filter by technique', run: it => it.focusOn('technique-filter') },
      {
        id: 'by-confidence',
        keys: ['Shift+C'],
        label: 'Filter by confidence',
        run: it => it.focusOn('confidence-filter')
      },
      { id: 'unreviewed', keys: ['F'], label: 'Only unreviewed, or all', run: it => it.toggleUnreviewed() },
      { id: 'clear-filters', keys: ['Shift+F'], label: 'Clear all filters', run: it => it.clearFilters() },
      { id: 'order', keys: ['O'], label: 'Uncertain first, or reading order', run: it => it.toggleOrder() },
      { id: 'page', keys: ['G'], label: 'The document beside its sentences', run: it => it.togglePage() },
      { id: 'matrix', keys: ['V'], label: 'ATT&CK matrix', run: it => it.open('matrix') },
      { id: 'keys', keys: ['?'], label: 'These keys', run: it => it.open('keys') }
    ]
  }
];

interface Bindings {
  groups: readonly CommandGroup[];
  byKey: ReadonlyMap<string, Command>;
  byId: ReadonlyMap<string, Command>;
}

/** `chosen`: the ids of commands whose keys somebody chose; of two commands with one key, that one has it. */
function bindingsOf(groups: readonly CommandGroup[], chosen: readonly string[] = []): Bindings {
  const commands = groups.flatMap(group => group.commands);
  const ordered = [...commands].sort((one, other) => +chosen.includes(one.id) - +chosen.includes(other.id));
  return {
    groups,
    byKey: new Map(ordered.flatMap(command => command.keys.map(key => [key, command] as const))),
    byId: new Map(commands.map(command => [command.id, command]))
  };
}

/** Those of the page: every annotator on it has the same keys. */
let bindings = bindingsOf(COMMANDS);

/** Give commands other keys than those of the table, by the ids of the commands; without keys a command has none. */
export function reassignKeys(keys: Readonly<Record<string, readonly string[]>>): void {
  bindings = bindingsOf(
    COMMANDS.map(group => ({
      ...group,
      commands: group.commands.map(command => ({ ...command, keys: keys[command.id] ?? command.keys }))
    })),
    Object.keys(keys)
  );
}

/** The commands with the keys that they have now. */
export function commandGroups(): readonly CommandGroup[] {
  return bindings.groups;
}

/** The label of a command's key on a button. */
export function keyOf(id: string): string {
  return bindings.byId.get(id)?.keys[0] ?? '';
}

/** Run a command by its id, as a host's commands do. */
export function perform(controller: Controller, id: string): boolean {
  const command = bindings.byId.get(id);
  command?.run(controller, command.keys[0] ?? '');
  return command !== undefined;
}

/** The name of a key in the table: `Ctrl+Shift+Z`, `A`, `?`; Command counts as Ctrl. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>): string {
  const letter = event.key.length === 1;
  // A sign such as `?` is typed with Shift on some keyboards and without on others.
  const shifted = event.shiftKey && (!letter || event.key.toLowerCase() !== event.key.toUpperCase());
  const parts = [event.ctrlKey || event.metaKey ? 'Ctrl' : '', event.altKey ? 'Alt' : '', shifted ? 'Shift' : ''];
  return [...parts, letter ? event.key.toUpperCase() : event.key].filter(Boolean).join('+');
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}

/** Keys that buttons and links need, and those that move the focus inside a panel. */
function isTaken(target: EventTarget | null, name: string): boolean {
  if (!(target instanceof HTMLElement)) {
    return false;
  }
  const onControl = target.closest('button, a, summary, [role=slider]') !== null;
  return onControl && (name === 'Enter' || name === ' ' || name.startsWith('Arrow') || name === 'Home' || name === 'End');
}

/** Run the command of a key; returns whether there was one. */
export function handleKey(controller: Controller, event: KeyboardEvent): boolean {
  const name = keyName(event);
  const command = bindings.byKey.get(name);
  if (!command || event.defaultPrevented || event.isComposing) {
    return false;
  }
  if (command.id !== 'back' && (isTyping(event.target) || isTaken(event.target, name))) {
    return false;
  }
  event.preventDefault();
  command.run(controller, name);
  return true;
}
