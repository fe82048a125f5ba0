/** Changes by others while the report is open, collected briefly and then read. */
import { actionWords } from './operations';
import type { RemoteChange } from './transport';

const GATHER_MS = 80;

/** The store's reactions to changes by others. */
export interface RemoteEvents {
  /** Whether a user is another one than this view's. */
  isOther(user: string): boolean;
  /** Whether the report has the sentence, as far as is known. */
  isKnown(sentence: number): boolean;
  say(text: string): void;
  /** Read these sentences again. */
  refresh(sentences: readonly number[]): Promise<void>;
  /** Read the whole report again. */
  reload(): Promise<void>;
  /** Count techniques again, where they are shown. */
  recount(): Promise<void>;
}

export class RemoteChanges {
  private readonly ids = new Set<number>();
  private everything = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly events: RemoteEvents) {}

  hear(change: RemoteChange): void {
    change.sentences.forEach(id => this.ids.add(id));
    this.everything ||= change.sentences.length === 0;
    if (change.user !== null && this.events.isOther(change.user)) {
      const many = change.sentences.length === 1 ? 'a sentence' : `${change.sentences.length || 'many'} sentences`;
      this.events.say(`${change.user} changed ${many}: ${actionWords(change.action)}.`);
    }
    this.timer ??= setTimeout(() => void this.read(), GATHER_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private async read(): Promise<void> {
    const ids = [...this.ids];
    const all = this.everything || !ids.every(id => this.events.isKnown(id));
    this.timer = undefined;
    this.ids.clear();
    this.everything = false;
    await (all ? this.events.reload() : this.events.refresh(ids));
    await this.events.recount();
  }
}
