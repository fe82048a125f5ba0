/** A model's explanations and suggestions for a sentence: requested when shown, and cached. */
import { TransportFailure } from './transport';

const MOST = 200;

export type Insight<Value> = { state: 'asked' } | { state: 'there'; value: Value } | { state: 'failed'; reason: string };

export class Insights<Value> {
  private known = new Map<string, Insight<Value>>();

  constructor(private readonly told: () => void) {}

  get(key: string): Insight<Value> | undefined {
    return this.known.get(key);
  }

  /** Request an insight, unless it was requested before. */
  want(key: string, ask: () => Promise<Value>): void {
    const there = this.known.get(key);
    if (there && there.state !== 'failed') {
      return;
    }
    const known = this.known;
    const settle = (insight: Insight<Value>): void => {
      known.set(key, insight);
      if (known === this.known) {
        this.told();
      }
    };
    known.set(key, { state: 'asked' });
    ask().then(
      value => settle({ state: 'there', value }),
      (error: unknown) => settle({ state: 'failed', reason: error instanceof TransportFailure ? error.message : String(error) })
    );
    const oldest = known.keys().next().value;
    if (known.size > MOST && oldest !== undefined) {
      known.delete(oldest);
    }
  }

  /** Invalidate the cache. */
  clear(): void {
    this.known = new Map();
    this.told();
  }
}
