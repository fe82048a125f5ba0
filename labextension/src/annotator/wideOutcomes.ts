/** The handling of outcomes of wide actions, whichever view requested them. */
import { actionWords } from './operations';
import type { TransportFailure } from './transport';
import type { BulkAction, BulkBody, SentenceBody, SplitBody, UndoneBody, WideAction } from './types';
import { bulkWords, type WideResult, workWords } from './wide';

const STRUCTURAL = /sentence(s)?$/; // "split sentence", "merge sentences", "add sentence", "delete sentence"

function sentences(count: number): string {
  return count === 1 ? '1 sentence' : `${count} sentences`;
}

/** The store's reactions to outcomes. */
export interface OutcomeEvents {
  /** Whether the report has the sentence, as far as is known. */
  isKnown(sentence: number): boolean;
  say(text: string): void;
  warn(text: string, sentence?: number): void;
  /** The running action, in words; null: none. */
  working(words: string | null): void;
  /** Store a sentence as the workbench sent it. */
  put(sentence: SentenceBody): void;
  /** Notify views of a changed sentence. */
  moved(sentence: number): void;
  /** Reload these sentences, and drop those that are missing. */
  refresh(sentences: readonly number[]): Promise<void>;
  /** Reload the whole report. */
  reload(): Promise<void>;
  /** Go to a sentence. */
  select(sentence: number): void;
}

export class WideOutcomes {
  constructor(private readonly events: OutcomeEvents) {}

  working(action: WideAction | null): void {
    this.events.working(action && workWords(action));
  }

  /** Show an outcome; fulfilled when the next entry can be sent. */
  async done(result: WideResult): Promise<void> {
    switch (result.kind) {
      case 'undo':
        return this.turned('Undone', result.done);
      case 'redo':
        return this.turned('Done again', result.done);
      case 'bulk':
        return this.decided(result.action, result.done);
      case 'split':
        return this.split(result.done);
      case 'merge':
        return this.merged(result.done);
      case 'extract':
        return this.extracted(result.done);
    }
  }

  declined(_action: WideAction, failure: TransportFailure): void {
    if (failure.kind === 'conflict' && failure.current) {
      this.events.put(failure.current);
      this.events.moved(failure.current.id);
      this.events.warn('Not done. Somebody changed this sentence meanwhile; it is shown as it is now.', failure.current.id);
    } else {
      this.events.warn(failure.message);
    }
  }

  private async turned(words: string, done: UndoneBody): Promise<void> {
    const { events } = this;
    const areKnown = done.sentences.every(id => events.isKnown(id));
    // What comes next is about these sentences as they are now, or as they are found to be.
    await (done.sentences.length === 0 || !areKnown || STRUCTURAL.test(done.action)
      ? events.reload()
      : events.refresh(done.sentences));
    const first = done.sentences.find(id => events.isKnown(id));
    if (first !== undefined) {
      events.select(first);
    }
    const last = actionWords(done.action);
    events.say(done.steps > 1 ? `${words}: ${done.steps} actions, the last of them ${last}.` : `${words}: ${last}.`);
    if (done.stopped !== null) {
      events.warn(done.stopped);
    }
  }

  private async decided(action: BulkAction, done: BulkBody): Promise<void> {
    await this.events.reload();
    if (action.action === 'dismiss-section') {
      this.events.say(`No technique in ${sentences(done.changed)} of this section. Undo takes all of that back.`);
      return;
    }
    const words = bulkWords(action, 'Accepted', 'Rejected', 'Back to review:');
    const what = 'techniques' in action ? `${action.techniques.join(', ')} in ` : '';
    this.events.say(`${words} ${what}${sentences(done.changed)}. Undo takes all of them back.`);
  }

  private async split(parts: SplitBody): Promise<void> {
    parts.sentences.forEach(part => this.events.put(part));
    await this.events.reload();
    this.events.say('Split in two. Both await review.');
  }

  private async extracted(sentence: SentenceBody): Promise<void> {
    this.events.put(sentence);
    await this.events.reload();
    this.events.select(sentence.id);
    this.events.say('A sentence of its own, with its technique.');
  }

  private async merged(sentence: SentenceBody): Promise<void> {
    this.events.put(sentence);
    await this.events.reload();
    this.events.say('Merged with the sentence that followed.');
  }
}
