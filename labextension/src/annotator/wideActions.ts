/** What concerns more than one sentence: it waits until all steps are saved, and the view then reads what came of it. */
import { actionWords, wordsFor } from './operations';
import type { ReviewStore } from './store';
import { freshKey, TransportFailure } from './transport';
import type { BulkAction, SentenceBody, UndoneBody } from './types';

function sentences(count: number): string {
  return count === 1 ? '1 sentence' : `${count} sentences`;
}

const STRUCTURAL = /sentence(s)?$/; // "split sentence", "merge sentences", "add sentence", "delete sentence"

export class WideActions {
  constructor(private readonly store: ReviewStore) {}

  undo(): Promise<void> {
    return this.turn('Undo', key => this.store.transport.undo(key));
  }

  redo(): Promise<void> {
    return this.turn('Redo', key => this.store.transport.redo(key));
  }

  bulk(action: BulkAction): Promise<void> {
    return this.run('Accepting', async () => {
      const done = await this.store.transport.bulk(action, freshKey());
      await this.store.reload();
      this.store.say(`Accepted ${sentences(done.changed)}. Undo takes all of them back.`);
    });
  }

  /** `at`: where the second part begins, in characters. */
  split(sentence: SentenceBody, at: number): Promise<void> {
    return this.run('Splitting', async () => {
      const version = this.store.cache.get(sentence.id)?.version ?? sentence.version;
      const parts = await this.store.transport.split(sentence.id, version, at, freshKey());
      parts.sentences.forEach(part => this.store.cache.put(part));
      await this.store.reload();
      this.store.say('Split in two. Both await review.');
    });
  }

  mergeWithNext(sentence: SentenceBody): Promise<void> {
    const { reading } = this.store;
    const place = reading?.placeOf(sentence.id);
    const next = place === undefined ? undefined : reading?.at(place + 1);
    if (next === undefined) {
      this.store.say('No sentence follows this one.');
      return Promise.resolve();
    }
    return this.run('Merging', async () => {
      const version = this.store.cache.get(sentence.id)?.version ?? sentence.version;
      this.store.cache.put(await this.store.transport.merge([sentence.id, next], version, freshKey()));
      await this.store.reload();
      this.store.say('Merged with the sentence that followed.');
    });
  }

  private turn(verb: 'Undo' | 'Redo', ask: (key: string) => Promise<UndoneBody>): Promise<void> {
    const unsent = verb === 'Undo' && this.store.transport.link !== 'live' ? this.store.outbox.takeBack() : null;
    if (unsent) {
      this.store.select(unsent.sentence);
      this.store.say(`Took back, before it was sent: ${wordsFor(unsent.operation)}.`);
      return Promise.resolve();
    }
    return this.run(`${verb}ing`, async () => {
      const done = await ask(freshKey());
      if (done.sentences.length === 0 || STRUCTURAL.test(done.action)) {
        await this.store.reload();
      } else {
        await this.store.cache.refresh(done.sentences);
        this.store.suggestions.clear();
      }
      const first = done.sentences.find(id => this.store.reading?.placeOf(id) !== undefined);
      this.store.select(first ?? this.store.selected);
      this.store.say(`${verb === 'Undo' ? 'Undone' : 'Done again'}: ${actionWords(done.action)}.`);
    });
  }

  private async run(words: string, action: () => Promise<void>): Promise<void> {
    const { store } = this;
    if (!store.mayReview) {
      store.warn(store.session ? 'You may read this report, but not review it.' : 'Not connected yet.');
      return;
    }
    if (store.transport.link === 'lost' || store.transport.link === 'ended') {
      store.warn('This needs the connection. Steps on single sentences are kept until it is back.');
      return;
    }
    try {
      await store.outbox.exclusively(async () => {
        this.work(words);
        await action();
      });
    } catch (error) {
      this.explain(error);
    } finally {
      this.work(null);
    }
  }

  private work(words: string | null): void {
    this.store.working = words;
    this.store.topics.tell('status');
  }

  private explain(error: unknown): void {
    const failure = error instanceof TransportFailure ? error : null;
    if (failure?.kind === 'offline') {
      this.store.warn('The connection broke. The report will show whether this was done.');
    } else if (failure?.kind === 'conflict' && failure.current) {
      this.store.cache.put(failure.current);
      this.store.moved(failure.current.id);
      this.store.warn('Not done. Somebody changed this sentence meanwhile; it is shown as it is now.', failure.current.id);
    } else {
      this.store.warn(failure?.message ?? String(error));
    }
  }
}
