/** Actions on several sentences: queued behind all single steps, and persisted like them. */
import { wordsFor } from './operations';
import type { ReviewStore } from './store';
import type { Excerpt } from './transport';
import type { BulkAction, SentenceBody, WideAction } from './types';

export class WideActions {
  constructor(private readonly store: ReviewStore) {}

  undo(): Promise<void> {
    return this.turn('undo');
  }

  redo(): Promise<void> {
    return this.turn('redo');
  }

  bulk(action: BulkAction): Promise<void> {
    return this.queue({ kind: 'bulk', action });
  }

  /** `at`: where the second part begins, in characters. */
  split(sentence: SentenceBody, at: number): Promise<void> {
    return this.queue({ kind: 'split', sentence: sentence.id, at });
  }

  extract(excerpt: Excerpt): Promise<void> {
    return this.queue({ kind: 'extract', ...excerpt });
  }

  mergeWithNext(sentence: number): Promise<void> {
    const { reading } = this.store;
    const place = reading?.placeOf(sentence);
    const next = place === undefined ? undefined : reading?.at(place + 1);
    if (next === undefined) {
      this.store.say('No sentence follows this one.');
      return Promise.resolve();
    }
    return this.queue({ kind: 'merge', sentences: [sentence, next] });
  }

  private async turn(kind: 'undo' | 'redo'): Promise<void> {
    const { store } = this;
    const isLive = store.transport.link === 'live';
    const unsent = kind === 'undo' && !isLive ? store.outbox.takeBack() : null;
    if (unsent) {
      store.select(unsent.sentence);
      store.say(`Took back, before it was sent: ${wordsFor(unsent.operation)}.`);
    } else if (this.mayReview()) {
      const turned = store.outbox.turn(kind);
      if (!isLive) {
        store.say(`${kind === 'undo' ? 'Undo' : 'Redo'} is kept until the connection is back.`);
      }
      await turned;
    }
  }

  private async queue(action: WideAction): Promise<void> {
    const { store } = this;
    const { link } = store.transport;
    if (!this.mayReview()) {
      return;
    }
    if (link === 'lost' || link === 'ended') {
      store.warn('This needs the connection. Steps on single sentences, and undo, are kept until it is back.');
    } else {
      await store.outbox.addWide(action);
    }
  }

  private mayReview(): boolean {
    const { store } = this;
    if (!store.mayReview) {
      store.warn(store.session ? 'You may read this report, but not review it.' : 'Not connected yet.');
    }
    return store.mayReview;
  }
}
