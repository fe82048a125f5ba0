/** The cache of sentences as last received, loaded in batches on demand. */
import type { Transport } from './transport';
import type { SentenceBody } from './types';

const BATCH = 100;

export interface CacheEvents {
  loaded(sentences: readonly SentenceBody[]): void;
  /** Called with requested sentences that do not exist any more. */
  gone(ids: readonly number[]): void;
}

export class SentenceCache {
  private readonly truth = new Map<number, SentenceBody>();
  private readonly asked = new Set<number>();
  private wanted = new Set<number>();
  private scheduled = false;

  constructor(
    private readonly transport: Transport,
    private readonly events: CacheEvents
  ) {}

  get(id: number): SentenceBody | undefined {
    return this.truth.get(id);
  }

  /** Store a sentence, unless a newer version is cached. */
  put(sentence: SentenceBody): boolean {
    const known = this.truth.get(sentence.id);
    if (known && known.version > sentence.version) {
      return false;
    }
    this.truth.set(sentence.id, sentence);
    return true;
  }

  drop(id: number): void {
    this.truth.delete(id);
  }

  /** Load missing sentences; calls within one turn are batched. */
  want(ids: readonly number[]): void {
    for (const id of ids) {
      if (!this.truth.has(id) && !this.asked.has(id)) {
        this.wanted.add(id);
      }
    }
    if (!this.scheduled && this.wanted.size > 0) {
      this.scheduled = true;
      queueMicrotask(() => this.load());
    }
  }

  /** Reload sentences, cached or not. */
  async refresh(ids: readonly number[]): Promise<void> {
    for (let start = 0; start < ids.length; start += BATCH) {
      await this.fetch(ids.slice(start, start + BATCH));
    }
  }

  /** Drop all but some sentences, which are reloaded: much has changed. */
  async renew(kept: readonly number[]): Promise<void> {
    const keep = new Set(kept);
    for (const id of [...this.truth.keys()].filter(item => !keep.has(item))) {
      this.truth.delete(id);
    }
    await this.refresh(kept);
  }

  private load(): void {
    this.scheduled = false;
    const ids = [...this.wanted];
    this.wanted = new Set();
    for (let start = 0; start < ids.length; start += BATCH) {
      // A failure shows as the state of the link; whoever still wants them asks again.
      this.fetch(ids.slice(start, start + BATCH)).catch(() => undefined);
    }
  }

  private async fetch(ids: readonly number[]): Promise<void> {
    ids.forEach(id => this.asked.add(id));
    try {
      const found = await this.transport.sentences(ids);
      const there = new Set(found.map(sentence => sentence.id));
      const missing = ids.filter(id => !there.has(id));
      missing.forEach(id => this.truth.delete(id));
      this.events.loaded(found.filter(sentence => this.put(sentence)));
      if (missing.length > 0) {
        this.events.gone(missing);
      }
    } finally {
      ids.forEach(id => this.asked.delete(id));
    }
  }
}
