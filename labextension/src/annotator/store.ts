/** The state of the view: the workbench's state with unsaved changes applied. */
import { completed } from './decisions';
import { Insights } from './insights';
import { Memory, type Storage } from './memory';
import { applied, wordsFor } from './operations';
import { Outbox } from './outbox';
import { RemoteChanges } from './remoteChanges';
import { Rows } from './rows';
import { EVERYTHING, isEverything } from './rowsQuery';
import { type SaveStatus, saveStatus } from './saveStatus';
import { AttackIndex } from './search';
import { SentenceCache } from './sentenceCache';
import { Topics } from './topics';
import { type Snapshot, type Transport, TransportFailure } from './transport';
import type {
  ExplanationBody,
  Operation,
  ReportBody,
  RowsQuery,
  SentenceBody,
  SessionBody,
  SuggestionBody,
  TechniqueCount
} from './types';
import { WideOutcomes } from './wideOutcomes';

/** A sentence's number, or a part of the store. */
export type Topic = number | 'report' | 'rows' | 'selection' | 'status' | 'notice' | 'attack' | 'insights' | 'counts';

export interface Warning {
  text: string;
  /** The sentence concerned, if it is one. */
  sentence: number | null;
}

export interface StoreOptions {
  /** The storage for place and unsaved steps; null: none. */
  storage?: Storage | null;
  snapshot?: Snapshot | null;
  /** The query of a first visit; every sentence without it. */
  query?: RowsQuery;
}

/** The number of sentences loaded at once near the selection. */
const AHEAD = 40;
const NEAR = 8;

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export class ReviewStore {
  readonly topics = new Topics<Topic>();
  readonly explanations = new Insights<ExplanationBody>(() => this.topics.tell('insights'));
  readonly suggestions = new Insights<SuggestionBody[]>(() => this.topics.tell('insights'));
  readonly cache: SentenceCache;
  readonly outbox: Outbox;
  session: SessionBody | null = null;
  report: ReportBody | null = null;
  attack: AttackIndex | null = null;
  counts: TechniqueCount[] | null = null;
  query = EVERYTHING;
  rows: Rows | null = null;
  /** All sentences in reading order, regardless of the filter. */
  reading: Rows | null = null;
  selected: number | null = null;
  /** The last action, in words. */
  notice = '';
  /** The user's failed actions; each stays until it is dismissed. */
  warnings: readonly Warning[] = [];
  /** The running wide action, in words. */
  working: string | null = null;
  /** The reason why nothing can be shown. */
  failure: string | null = null;
  private readonly storage: Storage | null;
  private readonly remote: RemoteChanges;
  private readonly endings: (() => void)[];
  private memory: Memory | null = null;
  private readonly missing = new Set<number>();
  private loading = 0;
  private isOpen = false;

  constructor(
    readonly transport: Transport,
    { storage = null, snapshot = null, query = EVERYTHING }: StoreOptions = {}
  ) {
    this.storage = storage;
    this.query = query;
    this.cache = new SentenceCache(transport, {
      loaded: sentences => this.seen(sentences),
      gone: ids => this.missed(ids)
    });
    const events = {
      isKnown: (id: number) => this.reading?.placeOf(id) !== undefined,
      say: (text: string) => this.say(text),
      reload: () => this.reload()
    };
    const outcomes = new WideOutcomes({
      ...events,
      warn: (text, id) => this.warn(text, id),
      working: words => {
        this.working = words;
        this.topics.tell('status');
      },
      put: sentence => this.cache.put(sentence),
      moved: id => this.moved(id),
      refresh: ids => this.refreshOrDrop(ids),
      select: id => this.select(id)
    });
    this.outbox = new Outbox(transport, id => this.cache.get(id)?.version, {
      wanted: id => this.cache.want([id]),
      saved: sentence => this.saved(sentence),
      refused: (id, steps, failure) => this.refused(id, steps, failure),
      working: action => outcomes.working(action),
      done: result => outcomes.done(result),
      declined: (action, failure) => outcomes.declined(action, failure),
      moved: id => this.moved(id)
    });
    this.remote = new RemoteChanges({
      ...events,
      isOther: user => this.session !== null && user !== this.session.user,
      // What fails here is read again when the link is back.
      refresh: ids => this.cache.refresh(ids).catch(() => undefined),
      recount: async () => (this.counts ? this.loadCounts().catch(() => undefined) : undefined)
    });
    this.endings = [transport.onChange(change => this.remote.hear(change)), transport.onLink(link => this.linked(link))];
    if (snapshot) {
      this.report = snapshot.report;
      this.rows = this.reading = new Rows(snapshot.rows, { report: snapshot.report, before: snapshot.before ?? 0 });
      snapshot.sentences.forEach(sentence => this.cache.put(completed(sentence)));
      this.selected = snapshot.rows.ids[0] ?? null;
    }
  }

  /** Load what the view needs; failures are shown, and retried when the connection is back. */
  async open(): Promise<void> {
    try {
      this.failure = null;
      const [session, report] = await Promise.all([this.transport.session(), this.transport.report()]);
      this.session = session;
      this.report = report;
      this.memory ??= new Memory(this.storage, session.workbench, report.id);
      const place = this.memory.place();
      this.query = place?.query ?? this.query;
      this.topics.tell('report');
      await Promise.all([this.loadRows(place?.sentence ?? null), this.loadAttack()]);
      this.adopt(this.memory);
      this.isOpen = true;
    } catch (error) {
      this.failure = reasonOf(error);
      if (this.rows) {
        this.warn(this.failure);
      }
      this.topics.tell('rows');
    }
    this.topics.tell('status');
  }

  dispose(): void {
    this.endings.forEach(end => end());
    this.remote.dispose();
    this.outbox.dispose();
    this.transport.dispose();
  }

  /** A sentence with unsaved changes applied; undefined while it is being loaded. */
  sentence(id: number): SentenceBody | undefined {
    const truth = this.cache.get(id);
    return truth && this.outbox.pending(id).reduce((shown, step) => applied(shown, step, this.nameOf), truth);
  }

  get current(): SentenceBody | undefined {
    return this.selected === null ? undefined : this.sentence(this.selected);
  }

  get status(): SaveStatus {
    const { link, advice } = this.transport;
    // Before what an earlier view left is taken over, nobody knows whether all is saved.
    if (!this.isOpen && (link === 'live' || link === 'slow')) {
      return { tone: 'busy', text: link === 'live' ? 'Connecting…' : `No answer yet. If none comes: ${advice}` };
    }
    return this.working && link === 'live'
      ? { tone: 'busy', text: `${this.working}…` }
      : saveStatus(link, this.outbox.size, advice);
  }

  get mayReview(): boolean {
    return this.session?.may_review ?? false;
  }

  select(id: number | null): void {
    if (id === this.selected) {
      return;
    }
    const before = this.selected;
    this.selected = id;
    if (id !== null) {
      this.cache.want([id, ...this.neighbours(id), ...this.ahead(id)]);
      this.memory?.keepPlace({ sentence: id, query: this.query });
    }
    this.topics.tell('selection', ...[before, id].filter(item => item !== null));
  }

  /** The sentences around one in reading order. */
  neighbours(id: number, reach = 2): number[] {
    const place = this.reading?.placeOf(id);
    return place === undefined || !this.reading
      ? []
      : this.reading.ids.slice(Math.max(0, place - reach), place + reach + 1).filter(item => item !== id);
  }

  /** The sentences to load ahead with a sentence, so that quick decisions never wait: a batch, or none. */
  private ahead(id: number): readonly number[] {
    const place = this.rows?.placeOf(id) ?? 0;
    const coming = this.rows?.ids.slice(place, place + AHEAD) ?? [];
    return coming.slice(0, NEAR).every(item => this.cache.get(item)) ? [] : coming;
  }

  /** Change the filter or the order. */
  async show(query: RowsQuery): Promise<void> {
    this.query = query;
    this.topics.tell('rows');
    try {
      await this.loadRows(this.selected);
    } catch (error) {
      this.warn(`Could not filter: ${reasonOf(error)}`);
    }
  }

  /**
   * Take a step on a sentence: it shows at once, and is sent. A sentence that is still being loaded takes it, too: what
   * is pressed counts, however fast.
   */
  take(operation: Operation, id: number | null = this.selected): boolean {
    if (id === null) {
      return false;
    }
    if (!this.mayReview) {
      this.warn(this.session ? 'You may read this report, but not review it.' : 'Not connected yet.');
      return false;
    }
    this.outbox.add(id, operation);
    return true;
  }

  say(text: string): void {
    this.notice = text;
    this.topics.tell('notice');
  }

  warn(text: string, sentence: number | null = null): void {
    this.warnings = [...this.warnings.filter(item => item.text !== text || item.sentence !== sentence), { text, sentence }];
    this.topics.tell('notice');
  }

  hush(): void {
    this.warnings = [];
    this.topics.tell('notice');
  }

  /** Reload everything: sentences were added or removed, or much has changed. */
  async reload(): Promise<void> {
    this.explanations.clear();
    this.suggestions.clear();
    try {
      await this.loadRows(this.selected, true);
      await this.cache.renew(this.visible().filter(id => this.reading?.placeOf(id) !== undefined));
    } catch (error) {
      if (!(error instanceof TransportFailure && error.kind === 'offline')) {
        const isGone = error instanceof TransportFailure && error.kind === 'missing';
        this.warn(
          isGone
            ? 'The report was deleted. What is shown is what it was; nothing more can be decided in it.'
            : `Could not read the report again: ${reasonOf(error)}`
        );
      }
    }
  }

  private async refreshOrDrop(ids: readonly number[]): Promise<void> {
    try {
      await this.cache.refresh(ids);
    } catch {
      ids.forEach(id => this.cache.drop(id));
    }
    this.suggestions.clear();
  }

  async loadCounts(): Promise<void> {
    this.counts = await this.transport.counts();
    this.topics.tell('counts');
  }

  readonly nameOf = (attackId: string): string => this.attack?.find(attackId)?.name ?? attackId;

  /** Notify views of a changed sentence (null: none), update its counts, and persist unsaved changes. */
  moved(id: number | null): void {
    if (id !== null) {
      this.count(id);
    }
    this.memory?.keepSteps(this.outbox.kept());
    this.topics.tell('status', 'report', ...(id === null ? [] : [id]));
  }

  private count(id: number): void {
    const shown = this.sentence(id);
    const lists = [this.rows, this.reading];
    if (shown) {
      lists.forEach(rows => rows?.note(shown));
    } else {
      const decided = this.outbox.pending(id).flatMap(step => (step.kind === 'decide' ? [step.disposition] : []));
      decided.slice(-1).forEach(disposition => lists.forEach(rows => rows?.decide(id, disposition)));
    }
  }

  /** The sentences on display: views subscribe to what they show. */
  private visible(): number[] {
    const shown: number[] = this.selected === null ? [] : [this.selected];
    this.topics.eachTopic(topic => typeof topic === 'number' && shown.push(topic));
    return shown;
  }

  private seen(sentences: readonly SentenceBody[]): void {
    sentences.forEach(({ id }) => {
      this.count(id);
      this.topics.tell(id);
    });
    this.topics.tell('status', 'report');
    this.outbox.flush();
  }

  /** Reload the rows, once for each missing sentence. */
  private missed(ids: readonly number[]): void {
    this.outbox.gone(ids);
    const news = ids.filter(id => !this.missing.has(id) && this.reading?.placeOf(id) !== undefined);
    news.forEach(id => this.missing.add(id));
    if (news.length > 0) {
      void this.reload();
    }
  }

  private saved(sentence: SentenceBody): void {
    this.cache.put(sentence);
    this.suggestions.clear();
  }

  private refused(id: number, steps: readonly Operation[], failure: TransportFailure): void {
    const words = steps.map(wordsFor).join(', ');
    const gone = failure.kind === 'missing' || (failure.kind === 'conflict' && !failure.current);
    if (failure.current) {
      this.cache.put(failure.current);
    }
    if (failure.kind === 'conflict' && failure.current) {
      this.warn(`Not done: ${words}. Somebody changed this sentence meanwhile; it is shown as it is now.`, id);
    } else if (gone) {
      this.warn(`Not done: ${words}. The sentence is not there any more.`);
      void this.reload();
    } else {
      this.warn(`Not done: ${words}. ${failure.message}`, id);
    }
  }

  private linked(link: string): void {
    this.topics.tell('status');
    if (link !== 'live') {
      return;
    }
    if (this.session === null || this.failure !== null) {
      void this.open();
    } else {
      this.outbox.flush();
      this.cache.want([...this.visible(), ...this.outbox.sentences()]);
    }
  }

  private adopt(memory: Memory): void {
    const kept = memory.takeSteps();
    if (kept.length > 0 && this.mayReview) {
      this.cache.want(kept.flatMap(item => ('wide' in item ? [] : [item.sentence])));
      this.outbox.adopt(kept);
      this.say(`Sending ${kept.length} that could not be saved before.`);
    }
  }

  private async loadAttack(): Promise<void> {
    this.attack = new AttackIndex(await this.transport.attack());
    this.topics.tell('attack');
  }

  private async loadRows(near: number | null, afresh = false): Promise<void> {
    const serial = ++this.loading;
    const query = this.query;
    const isReading = isEverything(query) && query.order === 'reading';
    const [shown, reading] = await Promise.all([
      this.transport.rows(query).then(body => new Rows(body)),
      isReading || (this.reading && !afresh) ? null : this.transport.rows(EVERYTHING).then(body => new Rows(body))
    ]);
    if (serial !== this.loading) {
      return; // somebody asked for something else meanwhile
    }
    this.rows = shown;
    this.reading = isReading ? shown : (reading ?? this.reading);
    this.outbox.sentences().forEach(id => this.moved(id));
    const chosen = this.placeNear(shown, near);
    this.selected = null;
    this.select(chosen);
    this.topics.tell('rows', 'report');
  }

  /** The sentence itself, or the next one that is shown. */
  private placeNear(shown: Rows, near: number | null): number | null {
    const start = near === null ? 0 : (this.reading?.placeOf(near) ?? 0);
    if (near !== null && shown.placeOf(near) !== undefined) {
      return near;
    }
    const following = near === null ? undefined : this.reading?.ids.slice(start).find(id => shown.placeOf(id) !== undefined);
    return following ?? shown.at(0) ?? null;
  }
}
