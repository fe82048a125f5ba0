/**
 * The annotator's transport over the HTTP API, without a kernel.
 *
 * Changes come from the log: read when Jupyter's events announce one, and every few seconds beside, since events of
 * another server on the same store, and those lost on the way, are announced by nobody.
 */
import { type FailureKind, type LinkState, type RemoteChange, type Transport, TransportFailure } from '../annotator/transport';
import type { RowsQuery, SentenceBody, SessionBody } from '../annotator/types';
import { RequestFailure } from './client';
import type { TramEvents } from './events';
import type { LogRow, TramServer } from './tramServer';

/** Milliseconds between two readings of the log; while nobody answers it is read as often as `lost` says. */
export interface Rhythm {
  idle: number;
  lost: number;
  /** Until a request without an answer is called slow. */
  slow: number;
}

const RHYTHM: Rhythm = { idle: 5_000, lost: 2_000, slow: 3_000 };

/** Rows of the log that are read at once; after more the whole report is read again. */
const MOST_ROWS = 200;
/** Sentences that one change names; as `MOST_IDS` of `domain/review.py`. */
const MOST_SENTENCES = 200;

const KINDS: Readonly<Record<number, FailureKind>> = {
  400: 'invalid',
  401: 'forbidden',
  403: 'forbidden',
  404: 'missing',
  409: 'conflict',
  412: 'conflict',
  413: 'invalid',
  415: 'invalid',
  422: 'invalid',
  429: 'busy',
  503: 'busy'
};

function failureOf(error: unknown): TransportFailure {
  if (!(error instanceof RequestFailure)) {
    return new TransportFailure('server', error instanceof Error ? error.message : String(error));
  }
  if (error.status === null) {
    return new TransportFailure(error.kind === 'unauthenticated' ? 'forbidden' : 'offline', error.message);
  }
  // A proxy whose server is gone answers in its place.
  const isGateway = error.status === 502 || error.status === 504;
  return new TransportFailure(isGateway ? 'offline' : (KINDS[error.status] ?? 'server'), error.message);
}

/** The sentences that a row of the log concerns. */
function sentencesOf(row: LogRow): number[] {
  if (row.target === 'sentence' && row.target_id !== null) {
    return [row.target_id];
  }
  if (row.target === 'mapping') {
    return [row.before, row.after].flatMap(state => {
      const id = (state as { sentence_id?: unknown } | null)?.sentence_id;
      return typeof id === 'number' ? [id] : [];
    });
  }
  return [];
}

/** One change per action, oldest first, of rows that stand newest first. */
export function changesOf(rows: readonly LogRow[]): RemoteChange[] {
  const actions = new Map<string, LogRow[]>();
  for (const row of [...rows].reverse()) {
    actions.set(row.batch, [...(actions.get(row.batch) ?? []), row]);
  }
  return [...actions.values()].flatMap(of => {
    const last = of[of.length - 1];
    if (last === undefined) {
      return [];
    }
    const ids = [...new Set(of.flatMap(sentencesOf))].sort((one, other) => one - other);
    const sentences = ids.length > MOST_SENTENCES ? [] : ids;
    return [{ action: last.action, position: last.id, sentences, user: last.user }];
  });
}

function queryOf({ filter, order }: RowsQuery): Record<string, string | number | undefined> {
  return {
    disposition: filter.disposition ?? undefined,
    'attack-id': filter.technique ?? undefined,
    'min-confidence': filter.least ?? undefined,
    'max-confidence': filter.most ?? undefined,
    text: filter.text,
    order
  };
}

/** Requests about one report, the state of the connection, and the changes that the log tells. */
class RestChannel {
  readonly changeListeners = new Set<(change: RemoteChange) => void>();
  readonly linkListeners = new Set<(link: LinkState) => void>();
  link: LinkState = 'live';
  private position: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly slow = new Set<ReturnType<typeof setTimeout>>();
  private reading = false;
  private again = false;
  private readonly unsubscribe: () => void;

  constructor(
    readonly server: TramServer,
    readonly report: number,
    events: Pick<TramEvents, 'subscribe'> | null,
    private readonly rhythm: Rhythm
  ) {
    this.unsubscribe =
      events?.subscribe(event => {
        if (event.kind === 'review' && (event.report === report || event.report === null)) {
          void this.read();
        }
      }) ?? (() => undefined);
    this.schedule();
  }

  /** Make a call, and note whether the server answers. */
  async ask<T>(call: Promise<T>): Promise<T> {
    const slow = setTimeout(() => this.link === 'live' && this.become('slow'), this.rhythm.slow);
    this.slow.add(slow);
    try {
      const answer = await call;
      this.become('live');
      return answer;
    } catch (error) {
      const failure = failureOf(error);
      this.become(failure.kind === 'offline' ? 'lost' : 'live');
      throw failure;
    } finally {
      clearTimeout(slow);
      this.slow.delete(slow);
    }
  }

  /** Make a write about a sentence; where it was changed or is gone, fail with the sentence as it is now. */
  async write<T>(sentence: number, call: Promise<T>): Promise<T> {
    try {
      return await this.ask(call);
    } catch (error) {
      if (error instanceof TransportFailure && (error.kind === 'conflict' || error.kind === 'missing')) {
        const current = await this.current(sentence);
        if (current !== null || error.kind === 'conflict') {
          throw new TransportFailure('conflict', error.message, current);
        }
      }
      throw error;
    }
  }

  async session(): Promise<SessionBody> {
    const [status, rows] = await Promise.all([this.server.status(), this.server.log(this.report, 1)]);
    this.position ??= rows[0]?.id ?? 0;
    const { user } = status;
    return {
      workbench: status.workbench ?? '',
      boot: '',
      position: this.position,
      user: user?.name ?? '',
      may_review: user !== null && user.role !== 'viewer'
    };
  }

  /** Read what is new in the log, now; calls while it is being read end in one more reading. */
  async read(): Promise<void> {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    try {
      await this.readNews();
    } catch {
      // Whatever is wrong shows as the state of the link.
    } finally {
      this.reading = false;
      this.schedule();
    }
    if (this.again) {
      this.again = false;
      await this.read();
    }
  }

  dispose(): void {
    this.unsubscribe();
    clearTimeout(this.timer);
    this.slow.forEach(clearTimeout);
    this.become('ended');
    this.changeListeners.clear();
    this.linkListeners.clear();
  }

  private async readNews(): Promise<void> {
    const rows = await this.ask(this.server.log(this.report, MOST_ROWS));
    const known = this.position;
    this.position = rows[0]?.id ?? known ?? 0;
    const news = known === null ? [] : rows.filter(row => row.id > known);
    const last = news[0];
    if (last !== undefined && news.length === MOST_ROWS) {
      this.tell({ action: last.action, position: last.id, sentences: [], user: last.user });
    } else {
      changesOf(news).forEach(change => this.tell(change));
    }
  }

  private tell(change: RemoteChange): void {
    this.changeListeners.forEach(listener => listener(change));
  }

  private async current(sentence: number): Promise<SentenceBody | null> {
    try {
      return await this.server.sentence(sentence);
    } catch {
      return null;
    }
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.link === 'ended') {
      return;
    }
    const delay = this.link === 'live' ? this.rhythm.idle : this.rhythm.lost;
    // A hidden page asks for nothing; the host checks when it is seen again.
    this.timer = setTimeout(() => (document.hidden ? this.schedule() : void this.read()), delay);
  }

  private become(link: LinkState): void {
    if (this.link === link || this.link === 'ended') {
      return;
    }
    this.link = link;
    this.linkListeners.forEach(listener => listener(link));
  }
}

/** The annotator's transport for one report. */
export function restTransport(
  server: TramServer,
  report: number,
  events: Pick<TramEvents, 'subscribe'> | null,
  rhythm: Rhythm = RHYTHM
): Transport {
  const channel = new RestChannel(server, report, events, rhythm);
  return {
    session: () => channel.ask(channel.session()),
    attack: () => channel.ask(server.attack()),
    report: () => channel.ask(server.report(report)),
    rows: query => channel.ask(server.rows(report, queryOf(query))),
    sentences: ids => channel.ask(server.sentences(report, ids)),
    operate: (sentence, version, operation, key) => channel.write(sentence, server.step(sentence, operation, { version, key })),
    bulk: action => channel.ask(server.review(report, action)),
    split: (sentence, version, at) => channel.write(sentence, server.split(sentence, at, { version })),
    merge: (sentences, version) => channel.write(sentences[0] ?? 0, server.merge(sentences, { version })),
    extract: excerpt => channel.ask(server.extract(report, excerpt)),
    undo: (steps, key) => channel.ask(server.undo(report, steps, key)),
    redo: (steps, key) => channel.ask(server.redo(report, steps, key)),
    explanation: async (sentence, attackId) => {
      const found = await channel.ask(server.explanation(sentence, attackId));
      return { ...found, model: `${found.model}, version ${found.version}` };
    },
    suggestions: sentence => channel.ask(server.suggestions(sentence)),
    counts: () => channel.ask(server.counts([report])),
    evidence: attackId => channel.ask(server.evidence(attackId, [report])),
    text: () => channel.ask(server.text(report)),
    pages: {
      sizes: () => channel.ask(server.pageSizes(report)),
      image: (number, width) => channel.ask(server.pageImage(report, number, width)),
      boxes: number => channel.ask(server.pageBoxes(report, number))
    },
    get link() {
      return channel.link;
    },
    advice: 'Reload the page to go on.',
    onChange: listener => {
      channel.changeListeners.add(listener);
      return () => void channel.changeListeners.delete(listener);
    },
    onLink: listener => {
      channel.linkListeners.add(listener);
      return () => void channel.linkListeners.delete(listener);
    },
    check: () => void channel.read(),
    dispose: () => channel.dispose()
  };
}
