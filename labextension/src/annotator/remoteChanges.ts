/** What others do to the report while it is open, gathered for a moment and then read. */
import { actionWords } from './operations';
import type { ReviewStore } from './store';
import type { RemoteChange } from './transport';

const GATHER_MS = 80;

export class RemoteChanges {
  private readonly ids = new Set<number>();
  private everything = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly store: ReviewStore) {}

  hear(change: RemoteChange): void {
    change.sentences.forEach(id => this.ids.add(id));
    this.everything ||= change.sentences.length === 0;
    const { session } = this.store;
    if (change.user !== null && session && change.user !== session.user) {
      const many = change.sentences.length === 1 ? 'a sentence' : `${change.sentences.length || 'many'} sentences`;
      this.store.say(`${change.user} changed ${many}: ${actionWords(change.action)}.`);
    }
    this.timer ??= setTimeout(() => void this.read(), GATHER_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private async read(): Promise<void> {
    const { store } = this;
    const ids = [...this.ids];
    const known = ids.every(id => store.reading?.placeOf(id) !== undefined);
    const all = this.everything || !known;
    this.timer = undefined;
    this.ids.clear();
    this.everything = false;
    if (all) {
      await store.reload();
    } else {
      // What fails here is read again when the link is back.
      await store.cache.refresh(ids).catch(() => undefined);
    }
    if (store.counts) {
      await store.loadCounts().catch(() => undefined);
    }
  }
}
