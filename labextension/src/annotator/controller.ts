/** The actions of the annotator, whether by key, button or a command of the host. */

import type { HostAction } from './ActionMenu';
import { techniquesOf } from './decisions';
import { EVERYTHING, isEverything } from './rowsQuery';
import type { ReviewStore } from './store';
import { MOST_SUGGESTIONS, offeredOf } from './suggestions';
import { likelyCut } from './textOffsets';
import { Topics } from './topics';
import type { Disposition, RowsQuery, SentenceFilter, SentenceOrder } from './types';
import { WideActions } from './wideActions';

/** The open panel besides list and detail. */
export type Panel = 'keys' | 'bulk' | 'techniques' | 'matrix' | null;
/** The open editor in the detail. */
export type Editing = 'split' | 'mapping' | null;
/** The requested target of the focus. */
export type FocusTarget =
  | 'list'
  | 'detail'
  | 'text'
  | 'technique-filter'
  | 'confidence-filter'
  | 'technique'
  | 'split'
  | 'mapping'
  | 'bulk'
  | 'techniques'
  | 'keys'
  | 'matrix';

const PAGE = 10;

const ORDER_WORDS: Readonly<Record<SentenceOrder, string>> = {
  reading: 'In reading order.',
  uncertainty: 'The most uncertain first.',
  certainty: 'The most certain first.'
};

export class Controller {
  readonly topics = new Topics<'ui' | 'focus'>();
  readonly wide: WideActions;
  panel: Panel = null;
  /** Whether the document is shown beside its sentences. */
  showsPage = false;
  editing: Editing = null;
  /** What the host does with the report as a whole. */
  actions: readonly HostAction[] = [];
  /** Opens a page of ATT&CK, in the way of the host. */
  openPage: (url: string) => void = url => window.open(url, '_blank', 'noopener,noreferrer');
  private readonly targets = new Map<FocusTarget, HTMLElement>();
  private wanted: FocusTarget | null = null;
  private searches: { sentence: number | null; found: Set<string> } = { sentence: null, found: new Set() };
  private mark: { sentence: number; attackId: string } | null = null;

  constructor(readonly store: ReviewStore) {
    this.wide = new WideActions(store);
  }

  /** The current technique of the selected sentence: the chosen one, or the first undecided, or the first. */
  get marked(): string | null {
    const { current } = this.store;
    const techniques = current ? techniquesOf(current) : [];
    const chosen = this.mark?.sentence === current?.id ? this.mark?.attackId : undefined;
    const there = techniques.some(item => item.attack_id === chosen);
    const first = techniques.find(item => item.disposition === null) ?? techniques[0];
    return (there ? chosen : first?.attack_id) ?? null;
  }

  look(attackId: string): void {
    const { selected } = this.store;
    this.mark = selected === null ? null : { sentence: selected, attackId };
    this.edit(null);
  }

  lookBy(step: 1 | -1): void {
    const ids = this.store.current ? techniquesOf(this.store.current).map(item => item.attack_id) : [];
    const place = ids.indexOf(this.marked ?? '');
    const next = ids[(place + step + ids.length) % ids.length];
    if (next !== undefined) {
      this.look(next);
    }
  }

  /** Move the focus at once if the target exists, so that it gets the next key, else when it is registered. */
  focusOn(target: FocusTarget): void {
    this.wanted = target;
    this.offer(target, this.targets.get(target) ?? null);
    this.topics.tell('focus', 'ui');
  }

  /** Whether the focus waits for a target that does not exist yet. */
  get awaitsFocus(): boolean {
    return this.wanted !== null;
  }

  /** Register or (null) unregister an element as a target of the focus. */
  offer(target: FocusTarget, element: HTMLElement | null): void {
    if (element === null) {
      this.targets.delete(target);
      return;
    }
    this.targets.set(target, element);
    if (this.wanted === target) {
      this.wanted = null;
      element.focus();
      if (element instanceof HTMLInputElement) {
        element.select();
      }
    }
  }

  open(panel: Panel): void {
    const wasOpen = this.panel;
    this.panel = this.panel === panel ? null : panel;
    if (this.panel === 'matrix' || this.panel === 'techniques') {
      this.store.loadCounts().catch(() => this.store.warn('The counts could not be read.'));
    }
    this.focusOn(this.panel ?? 'list');
    if (wasOpen !== this.panel) {
      this.topics.tell('ui');
    }
  }

  togglePage(): void {
    if (this.store.transport.pages === undefined) {
      this.store.say('The document is shown in JupyterLab, not in notebooks.');
      return;
    }
    this.showsPage = !this.showsPage;
    this.topics.tell('ui');
    this.focusOn('list');
  }

  edit(editing: Editing): void {
    if (editing === 'split' && this.store.current && likelyCut(this.store.current.text) === null) {
      this.store.say('A single word cannot be split.');
      return;
    }
    this.editing = editing;
    this.topics.tell('ui');
    if (editing) {
      this.focusOn(editing);
    }
  }

  /** Close editors and panels, one at a time, then return to the list. */
  back(): void {
    this.editing = null;
    this.panel = null;
    this.focusOn('list');
  }

  moveBy(step: number): void {
    const { rows, selected } = this.store;
    const place = selected === null ? 0 : (rows?.placeOf(selected) ?? 0);
    this.moveTo(place + step);
  }

  moveByPage(direction: 1 | -1): void {
    this.moveBy(direction * PAGE);
  }

  moveTo(place: number): void {
    const { rows } = this.store;
    const id = rows?.at(Math.max(0, Math.min(rows.length - 1, place)));
    if (id !== undefined) {
      this.editing = null;
      this.store.select(id);
      this.topics.tell('ui');
    }
  }

  /** Select a sentence anywhere, and move the focus to it. */
  goTo(id: number): void {
    this.editing = null;
    this.store.select(id);
    this.focusOn('list');
  }

  moveToUnreviewed(step: 1 | -1): boolean {
    const { rows, selected } = this.store;
    const place = rows?.nextReviewing(selected === null ? -1 : (rows.placeOf(selected) ?? -1), step) ?? null;
    if (place === null) {
      this.store.say(rows && rows.length > 0 ? 'Nothing here awaits review.' : 'There is nothing here.');
      return false;
    }
    this.moveTo(place);
    return true;
  }

  decide(disposition: Disposition, goOn: boolean): void {
    if (!this.store.take({ kind: 'decide', disposition, ...this.searched() })) {
      return;
    }
    const words = disposition === null ? 'Back to review' : disposition === 'accept' ? 'Accepted' : 'Rejected';
    const left = this.store.reading?.tally.reviewing ?? 0;
    this.store.say(
      left === 0 ? `${words}. The whole report is reviewed.` : `${words}. ${left.toLocaleString('en')} to review.`
    );
    if (goOn && left > 0) {
      this.moveToUnreviewed(1);
    }
  }

  /** Decide about a technique of the selected sentence, and go on to the next undecided one, there or further on. */
  judge(disposition: Disposition, attackId: string | null = this.marked): void {
    if (attackId === null) {
      this.sayNoTechnique();
      return;
    }
    if (!this.store.take({ kind: 'judge', attack_id: attackId, disposition, ...this.searched() })) {
      return;
    }
    const { current } = this.store;
    const words = disposition === null ? 'Undecided' : disposition === 'accept' ? 'Accepted' : 'Rejected';
    const left = current?.disposition === null ? current.mappings.filter(item => item.disposition === null) : [];
    const name = `${attackId} ${this.store.nameOf(attackId)}`;
    if (disposition === null) {
      this.look(attackId);
      this.store.say(`${words}: ${name}.`);
    } else if (left[0]) {
      this.look(left[0].attack_id);
      this.store.say(`${words}: ${name}. ${left.length.toLocaleString('en')} to decide on this sentence.`);
    } else {
      const reviewing = this.store.reading?.tally.reviewing ?? 0;
      this.store.say(
        `${words}: ${name}. ` +
          (reviewing === 0 ? 'The whole report is reviewed.' : `${reviewing.toLocaleString('en')} to review.`)
      );
      if (reviewing > 0) {
        this.moveToUnreviewed(1);
      }
    }
    this.topics.tell('ui');
  }

  /** Keep what a search for techniques shows beside the selected sentence: it is logged with the decision. */
  noteSearched(attackIds: readonly string[]): void {
    const { selected } = this.store;
    if (selected !== null) {
      const found = this.searches.sentence === selected ? this.searches.found : new Set<string>();
      attackIds.forEach(id => found.add(id));
      this.searches = { sentence: selected, found };
    }
  }

  /** The techniques that were shown beside those on the selected sentence. */
  private searched(): { searched?: string[] } {
    const { current, suggestions, selected } = this.store;
    const offered = current ? offeredOf(suggestions.get(String(current.id)), current).slice(0, MOST_SUGGESTIONS) : [];
    const found = new Set(this.searches.sentence === selected ? this.searches.found : []);
    offered.forEach(item => found.add(item.attack_id));
    return found.size === 0 ? {} : { searched: [...found].sort() };
  }

  add(attackId: string, confidence = 100): void {
    const there = this.store.current?.mappings.some(item => item.attack_id === attackId);
    if (there) {
      this.store.say(`${attackId} is on this sentence already.`);
      this.look(attackId);
    } else if (this.store.take({ kind: 'add', attack_id: attackId, confidence, note: '' })) {
      this.look(attackId);
      this.store.say(`Added ${attackId} ${this.store.nameOf(attackId)}.`);
    }
  }

  remove(attackId: string | null = this.marked): void {
    if (attackId === null) {
      this.sayNoTechnique();
    } else if (this.store.take({ kind: 'remove', attack_id: attackId })) {
      this.store.say(`Removed ${attackId} ${this.store.nameOf(attackId)}.`);
      this.topics.tell('ui');
    }
  }

  addSuggestion(place: number): void {
    const { current, suggestions } = this.store;
    const insight = current && suggestions.get(String(current.id));
    const chosen = current && offeredOf(insight, current)[place];
    if (chosen) {
      this.add(chosen.attack_id);
    } else if (insight?.state === 'there' || !current) {
      this.store.say(`The model has no suggestion ${place + 1} here.`);
    } else {
      this.store.say(
        insight?.state === 'failed'
          ? `The model suggests nothing: ${insight.reason}`
          : "The model's suggestions are still to come: press again in a moment."
      );
    }
  }

  editMapping(): void {
    if (this.marked === null) {
      this.sayNoTechnique();
    } else {
      this.edit('mapping');
    }
  }

  openTechnique(): void {
    const url = this.marked === null ? undefined : this.store.attack?.find(this.marked)?.url;
    if (url) {
      this.openPage(url);
    } else {
      this.store.say('There is no page to open.');
    }
  }

  /** Decide that the section of a sentence, by the headings of the report, shows no technique. */
  dismissSection(sentence: number | null = this.store.selected): void {
    if (sentence !== null) {
      void this.wide.bulk({ action: 'dismiss-section', sentences: [sentence] });
    }
  }

  merge(): void {
    const { selected } = this.store;
    if (selected !== null) {
      void this.wide.mergeWithNext(selected);
    }
  }

  filter(change: Partial<SentenceFilter>): void {
    this.ask({ ...this.store.query, filter: { ...this.store.query.filter, ...change } });
  }

  toggleUnreviewed(): void {
    this.filter({ disposition: this.store.query.filter.disposition === 'none' ? null : 'none' });
  }

  toggleOrder(): void {
    this.orderBy(this.store.query.order === 'reading' ? 'uncertainty' : 'reading');
  }

  orderBy(order: SentenceOrder): void {
    this.store.say(ORDER_WORDS[order]);
    void this.store.show({ ...this.store.query, order }).then(() => {
      if (order !== 'reading' && this.store.query.order === order) {
        this.moveTo(0);
        if (!this.store.rows?.isReviewing(0)) {
          this.moveToUnreviewed(1);
        }
      }
    });
  }

  clearFilters(): void {
    if (!isEverything(this.store.query)) {
      this.ask({ ...EVERYTHING, order: this.store.query.order });
    }
    this.focusOn('list');
  }

  private sayNoTechnique(): void {
    const { current, selected } = this.store;
    const isLoading = selected !== null && !current;
    this.store.say(
      isLoading ? 'The sentence is still being read: press again in a moment.' : 'No technique is on this sentence.'
    );
  }

  private ask(query: RowsQuery): void {
    void this.store.show(query);
  }
}
