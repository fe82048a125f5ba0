/**
 * The transport of a notebook: custom messages of the widget's comm, answered by the kernel.
 *
 * The view asks; `client` is the view's, `id` counts its requests:
 *
 *     {"client": "5f…", "id": 7, "method": "operate", "params": {"sentence": 12, "version": 3, "operation": {…}, "key": "a0…"}}
 *
 * The kernel answers each request once, in any order, with one of
 *
 *     {"client": "5f…", "id": 7, "result": {…}}
 *     {"client": "5f…", "id": 7, "error": {"kind": "conflict", "message": "Somebody …", "current": {…} or null}}
 *
 * `kind` is a `FailureKind` of `transport.ts`; `message` is shown to the person; `current` belongs to conflicts about a
 * sentence alone. Every view of the widget gets every message and drops the answers to others.
 *
 * Whenever the report has changed, whoever did it, the kernel tells all views, and after it has answered the one that did:
 *
 *     {"event": "change", "action": "accept", "position": 4711, "sentences": [12], "user": "ada"}
 *
 * | method | params | result (`types.ts`) |
 * | --- | --- | --- |
 * | `session` | | `SessionBody`; asked every few seconds: it must be cheap |
 * | `attack` | | `AttackBody` |
 * | `report` | | `ReportBody` |
 * | `rows` | `{filter: SentenceFilter, order}` | `RowsBody` |
 * | `sentences` | `{ids}` | `SentenceBody[]` |
 * | `operate` | `{sentence, version, operation: Operation, key}` | `SentenceBody` |
 * | `bulk` | `{action: BulkAction, key}` | `BulkBody` |
 * | `split` | `{sentence, version, at, key}` | `SplitBody` |
 * | `merge` | `{sentences, version, key}` | `SentenceBody` |
 * | `extract` | `{start, end, text, attack_id, key}` | `SentenceBody` |
 * | `undo`, `redo` | `{steps, key}` | `UndoneBody` |
 * | `explanation` | `{sentence, attack_id}` | `ExplanationBody` |
 * | `suggestions` | `{sentence}` | `SuggestionBody[]` |
 * | `counts` | | `TechniqueCount[]` |
 * | `evidence` | `{attack_id}` | `EvidenceBody[]` |
 * | `layer` | | `FileBody`, of the matrix widget alone |
 *
 * A request without an answer is neither given up nor sent again: a kernel without subshells answers when its cell has
 * ended. Only when another kernel answers (`boot` differs), or the comm is closed, do requests fail as `offline`; the
 * store then sends writes again, with the keys they had. The kernel remembers the answers to the keys it has seen, and
 * hands those of steps, undo and redo on to the workbench, which knows them after a kernel has gone, too.
 *
 * Traits of the annotator (`annotator.tsx`): `height`, in pixels; `snapshot`, a `Snapshot` of `transport.ts` or `{}`: what is
 * painted before the kernel has answered, and all there is where none does. Traits of the matrix (`matrix.tsx`): `title`;
 * `selected`, the id of the technique that was clicked, or "".
 */
import {
  type FailureKind,
  freshKey,
  type LinkState,
  type MatrixSource,
  type RemoteChange,
  type Transport,
  TransportFailure
} from '../annotator/transport';
import type { SentenceBody, SessionBody } from '../annotator/types';

/** The part of anywidget's model that a view uses. */
export interface CommModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  on(event: string, listener: (content: unknown) => void): void;
  off(event: string, listener: (content: unknown) => void): void;
}

/** A file made by the kernel, for download. */
export interface FileBody {
  name: string;
  type: string;
  text: string;
}

/** Times in milliseconds. */
export interface Patience {
  /** Between two checks whether the kernel answers. */
  interval: number;
  /** Until an unanswered request is called slow. */
  slow: number;
  /** Until a comm that was closed and answers nothing is called ended. */
  ended: number;
}

const PATIENCE: Patience = { interval: 10_000, slow: 3_000, ended: 4_000 };

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (failure: TransportFailure) => void;
  since: number;
}

const KINDS: ReadonlySet<string> = new Set<FailureKind>([
  'conflict',
  'offline',
  'busy',
  'forbidden',
  'invalid',
  'missing',
  'server'
]);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function failureOf(error: unknown): TransportFailure {
  const record = isRecord(error) ? error : {};
  const kind = KINDS.has(String(record['kind'])) ? (record['kind'] as FailureKind) : 'server';
  const current = isRecord(record['current']) ? (record['current'] as unknown as SentenceBody) : null;
  return new TransportFailure(kind, String(record['message'] ?? 'The kernel could not do this.'), current);
}

function changeOf(message: Record<string, unknown>): RemoteChange {
  const { action, position, sentences, user } = message;
  return {
    action: typeof action === 'string' ? action : '',
    position: typeof position === 'number' ? position : 0,
    sentences: Array.isArray(sentences) ? sentences.filter(item => typeof item === 'number') : [],
    user: typeof user === 'string' ? user : null
  };
}

/** Requests, answers and events over one comm, and the state of the connection. */
export class CommChannel {
  private readonly client = freshKey();
  private readonly waiting = new Map<number, Waiting>();
  private readonly changeListeners = new Set<(change: RemoteChange) => void>();
  private readonly linkListeners = new Set<(link: LinkState) => void>();
  private readonly timer: ReturnType<typeof setInterval>;
  private lastId = 0;
  private boot = '';
  private position = 0;
  private asking = false;
  private closing: ReturnType<typeof setTimeout> | undefined;
  private state: LinkState = 'live';

  constructor(
    private readonly model: CommModel,
    private readonly patience: Patience = PATIENCE
  ) {
    model.on('msg:custom', this.receive);
    model.on('comm_live_update', this.doubt);
    this.timer = setInterval(() => this.tick(), Math.min(patience.interval, patience.slow));
  }

  get link(): LinkState {
    return this.state;
  }

  request(method: string, params: Record<string, unknown> = {}): Promise<unknown> {
    if (this.state === 'ended') {
      return Promise.reject(new TransportFailure('offline', 'The kernel that made this view is gone.'));
    }
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, since: Date.now() });
      try {
        this.model.send({ client: this.client, id, method, params });
      } catch (error) {
        this.waiting.delete(id);
        this.become('lost');
        reject(new TransportFailure('offline', error instanceof Error ? error.message : String(error)));
      }
    });
  }

  onChange(listener: (change: RemoteChange) => void): () => void {
    this.changeListeners.add(listener);
    return () => this.changeListeners.delete(listener);
  }

  onLink(listener: (link: LinkState) => void): () => void {
    this.linkListeners.add(listener);
    return () => this.linkListeners.delete(listener);
  }

  /** Request the session, unless a request is pending. */
  check(): void {
    if (this.asking || this.state === 'ended') {
      return;
    }
    this.asking = true;
    const asked = (): void => {
      this.asking = false;
    };
    // Whatever is wrong shows as the state of the link.
    this.request('session').then(asked, asked);
  }

  dispose(): void {
    clearInterval(this.timer);
    clearTimeout(this.closing);
    this.model.off('msg:custom', this.receive);
    this.model.off('comm_live_update', this.doubt);
    this.become('ended');
    this.changeListeners.clear();
    this.linkListeners.clear();
  }

  private readonly receive = (message: unknown): void => {
    if (!isRecord(message)) {
      return;
    }
    if (message['event'] === 'change') {
      const change = changeOf(message);
      this.position = Math.max(this.position, change.position);
      this.tell(change);
    } else if (message['client'] === this.client && typeof message['id'] === 'number') {
      this.answer(message['id'], message);
    }
  };

  private answer(id: number, message: Record<string, unknown>): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    clearTimeout(this.closing);
    const failure = 'error' in message ? failureOf(message['error']) : null;
    if (waiting && !failure) {
      this.recognise(message['result']);
    }
    // The kernel answers, but what it asked for this does not: the workbench's server is gone, for now.
    this.become(failure?.kind === 'offline' ? 'lost' : 'live');
    if (failure) {
      waiting?.reject(failure);
    } else {
      waiting?.resolve(message['result']);
    }
  }

  /** Handle a new session: a restarted kernel has lost requests, and a log that has grown means missed changes. */
  private recognise(result: unknown): void {
    if (!isRecord(result)) {
      return;
    }
    const { boot, position } = result as Partial<SessionBody>;
    if (typeof boot !== 'string' || typeof position !== 'number') {
      return;
    }
    const known = this.boot !== '';
    const missed = known && (boot !== this.boot || position > this.position);
    if (known && boot !== this.boot) {
      this.abandon('The kernel was started again.');
    }
    this.boot = boot;
    this.position = position;
    if (missed) {
      this.tell({ action: '', position, sentences: [], user: null });
    }
  }

  private tell(change: RemoteChange): void {
    this.changeListeners.forEach(listener => listener(change));
  }

  private abandon(message: string): void {
    const abandoned = [...this.waiting.values()];
    this.waiting.clear();
    abandoned.forEach(waiting => waiting.reject(new TransportFailure('offline', message)));
  }

  /** The comm was opened or closed: check the connection. */
  private readonly doubt = (): void => {
    clearTimeout(this.closing);
    this.closing = setTimeout(() => this.become('ended'), this.patience.ended);
    this.asking = false;
    this.check();
  };

  private lastTick = 0;

  private tick(): void {
    const now = Date.now();
    const oldest = Math.min(...[...this.waiting.values()].map(waiting => waiting.since));
    if (this.state === 'live' && now - oldest > this.patience.slow) {
      this.become('slow');
    }
    if (this.state === 'lost' || now - this.lastTick >= this.patience.interval) {
      this.lastTick = now;
      this.check();
    }
  }

  private become(state: LinkState): void {
    if (this.state === state || this.state === 'ended') {
      return;
    }
    this.state = state;
    if (state === 'ended') {
      this.abandon('The kernel that made this view is gone.');
    }
    this.linkListeners.forEach(listener => listener(state));
  }
}

/** What the matrix asks for. */
export function commMatrixSource(channel: CommChannel): MatrixSource & { layer(): Promise<FileBody> } {
  const ask = channel.request.bind(channel) as <T>(method: string, params?: Record<string, unknown>) => Promise<T>;
  return {
    attack: () => ask('attack'),
    counts: () => ask('counts'),
    evidence: attackId => ask('evidence', { attack_id: attackId }),
    layer: () => ask('layer')
  };
}

/** The annotator's transport. */
export function commTransport(channel: CommChannel): Transport {
  const ask = channel.request.bind(channel) as <T>(method: string, params?: Record<string, unknown>) => Promise<T>;
  return {
    session: () => ask('session'),
    attack: () => ask('attack'),
    report: () => ask('report'),
    rows: query => ask('rows', { ...query }),
    sentences: ids => ask('sentences', { ids }),
    operate: (sentence, version, operation, key) => ask('operate', { sentence, version, operation, key }),
    bulk: (action, key) => ask('bulk', { action, key }),
    split: (sentence, version, at, key) => ask('split', { sentence, version, at, key }),
    merge: (sentences, version, key) => ask('merge', { sentences, version, key }),
    extract: (excerpt, key) => ask('extract', { ...excerpt, key }),
    undo: (steps, key) => ask('undo', { steps, key }),
    redo: (steps, key) => ask('redo', { steps, key }),
    explanation: (sentence, attackId) => ask('explanation', { sentence, attack_id: attackId }),
    suggestions: sentence => ask('suggestions', { sentence }),
    counts: () => ask('counts'),
    evidence: attackId => ask('evidence', { attack_id: attackId }),
    get link() {
      return channel.link;
    },
    advice: 'Run the cell again to go on.',
    onChange: listener => channel.onChange(listener),
    onLink: listener => channel.onLink(listener),
    check: () => channel.check(),
    dispose: () => channel.dispose()
  };
}
