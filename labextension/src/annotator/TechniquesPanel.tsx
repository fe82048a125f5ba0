/** The techniques of the report by tactic, with what is to decide of each, decided throughout. */
import { CommandButton } from './Button';
import type { Controller } from './controller';
import { useFocusTarget } from './focusing';
import { keyOf } from './keys';
import type { AttackIndex } from './search';
import { Tag } from './Tag';
import { useTopic } from './topics';
import type { TechniqueCount } from './types';

interface Group {
  name: string;
  column: number | null;
  counts: TechniqueCount[];
}

/** The techniques of the report by their first tactic, in the order of the matrix; what belongs to none comes last. */
export function groupsOf(counts: readonly TechniqueCount[], attack: AttackIndex): Group[] {
  const groups = new Map<number | null, Group>();
  for (const count of counts) {
    const column = attack.columnOf(count.attack_id);
    const name = column === null ? 'No tactic' : (attack.tactics[column]?.name ?? 'No tactic');
    const group = groups.get(column) ?? { name, column, counts: [] };
    group.counts.push(count);
    groups.set(column, group);
  }
  return [...groups.values()].sort((one, other) => (one.column ?? Infinity) - (other.column ?? Infinity));
}

function waitingIn(counts: readonly TechniqueCount[]): TechniqueCount[] {
  return counts.filter(count => count.proposed > 0);
}

const DECISIONS = [
  { label: 'Accept', tone: 'accept', action: 'accept-techniques' },
  { label: 'Reject', tone: 'reject', action: 'reject-techniques' }
] as const;

function Throughout(props: {
  controller: Controller;
  what: string;
  counts: readonly TechniqueCount[];
}): React.JSX.Element | null {
  const { controller, what, counts } = props;
  const waiting = waitingIn(counts);
  if (waiting.length === 0) {
    return null;
  }
  const decide = (action: (typeof DECISIONS)[number]['action']): void => {
    const techniques = waiting.map(count => count.attack_id);
    // The button goes with what it decides about: the focus stays in the panel.
    controller.focusOn('techniques');
    void controller.wide.bulk({ action, techniques }).then(() => controller.store.loadCounts());
  };
  const disabled = !controller.store.mayReview;
  return (
    <span className="tram-Buttons">
      {DECISIONS.map(({ label, tone, action }) => (
        <button
          key={action}
          type="button"
          className="tram-Button"
          data-tone={tone}
          disabled={disabled}
          aria-label={`${label} ${what} throughout`}
          onClick={() => decide(action)}
        >
          {label}
        </button>
      ))}
    </span>
  );
}

function CountWords({ count }: { count: TechniqueCount }): React.JSX.Element {
  return (
    <span className="tram-Techniques-counts">
      {count.proposed > 0 ? `${count.proposed.toLocaleString('en')} to decide` : ''}
      {count.proposed > 0 && count.accepted > 0 ? ', ' : ''}
      {count.accepted > 0 ? `${count.accepted.toLocaleString('en')} accepted` : ''}
    </span>
  );
}

function GroupOfTactic({ controller, group }: { controller: Controller; group: Group }): React.JSX.Element {
  const { store } = controller;
  return (
    <section aria-label={group.name}>
      <header>
        <h4>{group.name}</h4>
        <Throughout controller={controller} what={`all of ${group.name}`} counts={group.counts} />
      </header>
      <ul>
        {group.counts.map(count => (
          <li key={count.attack_id}>
            <button
              type="button"
              className="tram-Techniques-name"
              title="Show its sentences"
              onClick={() => {
                controller.back();
                controller.filter({ technique: count.attack_id, disposition: null });
              }}
            >
              <Tag
                attackId={count.attack_id}
                name={store.nameOf(count.attack_id)}
                column={group.column}
                proposed={count.accepted === 0}
              />
            </button>
            <CountWords count={count} />
            <Throughout controller={controller} what={count.attack_id} counts={[count]} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function TechniquesPanel({ controller }: { controller: Controller }): React.JSX.Element {
  const { store } = controller;
  useTopic(store.topics, 'counts');
  useTopic(store.topics, 'attack');
  const close = useFocusTarget<HTMLButtonElement>(controller, 'techniques');
  const { counts, attack } = store;
  return (
    <section className="tram-Panel tram-Techniques" aria-label="Techniques of the report">
      <div className="tram-Panel-head">
        <h3>Techniques of the report</h3>
        <button ref={close} type="button" className="tram-Button" onClick={() => controller.back()}>
          Close <kbd>Esc</kbd>
        </button>
      </div>
      <p className="tram-Faint">
        Accept or reject a technique wherever it awaits a decision; what was decided before stays. <kbd>{keyOf('undo')}</kbd>{' '}
        takes it back.
      </p>
      {counts === null || attack === null ? (
        <p className="tram-Faint">Counting…</p>
      ) : counts.length === 0 ? (
        <p className="tram-Faint">No technique is on a sentence of this report.</p>
      ) : (
        <div className="tram-Techniques-groups">
          {groupsOf(counts, attack).map(group => (
            <GroupOfTactic key={group.name} controller={controller} group={group} />
          ))}
        </div>
      )}
    </section>
  );
}

export function TechniquesButton({ controller }: { controller: Controller }): React.JSX.Element {
  return (
    <CommandButton
      command="throughout"
      label="Techniques"
      pressed={controller.panel === 'techniques'}
      onClick={() => controller.open('techniques')}
    />
  );
}
