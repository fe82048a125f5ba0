/** What the view makes of what came of actions on more than one sentence, whichever view asked for them. */
import { actionWords } from './operations';
import type { ReviewStore } from './store';
import type { TransportFailure } from './transport';
import type { BulkBody, SentenceBody, SplitBody, UndoneBody, WideAction } from './types';
import { workWords, type WideResult } from './wide';

const STRUCTURAL = /sentence(s)?$/; // "split sentence", "merge sentences", "add sentence", "delete sentence"

function sentences(count: number): string {
  return count === 1 ? '1 sentence' : `${count} sentences`;
}

export class WideOutcomes {
  constructor(private readonly store: ReviewStore) {}

  working(action: WideAction | null): void {
    this.store.working = action && workWords(action);
    this.store.topics.tell('status');
  }

  /** Show what was done; fulfilled when what comes after it can be sent. */
  async done(result: WideResult): Promise<void> {
    switch (result.kind) {
      case 'undo':
        return this.turned('Undone', result.done);
      case 'redo':
        return this.turned('Done again', result.done);
      case 'bulk':
        return this.accepted(result.done);
      case 'split':
        return this.split(result.done);
      case 'merge':
        return this.merged(result.done);
    }
  }

  declined(_action: WideAction, failure: TransportFailure): void {
    const { store } = this;
    if (failure.kind === 'conflict' && failure.current) {
      store.cache.put(failure.current);
      store.moved(failure.current.id);
      store.warn('Not done. Somebody changed this sentence meanwhile; it is shown as it is now.', failure.current.id);
    } else {
      store.warn(failure.message);
    }
  }

  private async turned(words: string, done: UndoneBody): Promise<void> {
    const { store } = this;
    const isKnown = done.sentences.every(id => store.reading?.placeOf(id) !== undefined);
    if (done.sentences.length === 0 || !isKnown || STRUCTURAL.test(done.action)) {
      await store.reload();
    } else {
      await this.refresh(done.sentences);
    }
    const first = done.sentences.find(id => store.reading?.placeOf(id) !== undefined);
    store.select(first ?? store.selected);
    const last = actionWords(done.action);
    store.say(done.steps > 1 ? `${words}: ${done.steps} actions, the last of them ${last}.` : `${words}: ${last}.`);
    if (done.stopped !== null) {
      store.warn(done.stopped);
    }
  }

  /** What comes next is about these sentences as they are now, or as they are found to be. */
  private async refresh(ids: readonly number[]): Promise<void> {
    try {
      await this.store.cache.refresh(ids);
    } catch {
      ids.forEach(id => this.store.cache.drop(id));
    }
    this.store.suggestions.clear();
  }

  private async accepted(done: BulkBody): Promise<void> {
    await this.store.reload();
    this.store.say(`Accepted ${sentences(done.changed)}. Undo takes all of them back.`);
  }

  private async split(parts: SplitBody): Promise<void> {
    parts.sentences.forEach(part => this.store.cache.put(part));
    await this.store.reload();
    this.store.say('Split in two. Both await review.');
  }

  private async merged(sentence: SentenceBody): Promise<void> {
    this.store.cache.put(sentence);
    await this.store.reload();
    this.store.say('Merged with the sentence that followed.');
  }
}
