/** The browser's storage for a report: the user's place and unsaved changes, never a sentence's text. */
import { freshKey } from './transport';
import type { Operation, RowsQuery, WideAction } from './types';

/** The interface of web storage; a host may provide another, or none. */
export interface Storage {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface Place {
  sentence: number;
  query: RowsQuery;
}

/** An unacknowledged step; `version` is what the user saw, null: whichever was current. */
export interface KeptStep {
  sentence: number;
  version: number | null;
  operation: Operation;
  key: string;
}

/** A wide action, in its place among the steps. */
export interface KeptWide {
  wide: WideAction;
  version: number | null;
  key: string;
}

export type Kept = KeptStep | KeptWide;

/** Whether a stored value is ours: other scripts on the page may write to the storage, too. */
function isKept(value: unknown): value is Kept {
  const { key, wide, sentence, operation } = (value ?? {}) as Partial<KeptStep & KeptWide>;
  return (
    typeof key === 'string' &&
    (typeof wide?.kind === 'string' || (typeof sentence === 'number' && typeof operation?.kind === 'string'))
  );
}

export class Memory {
  private readonly prefix: string;
  private readonly own: string;

  constructor(
    private readonly storage: Storage | null,
    workbench: string,
    report: number
  ) {
    this.prefix = `tram:${workbench}:${report}:`;
    this.own = `${this.prefix}steps:${freshKey()}`;
  }

  place(): Place | null {
    const found = this.read(`${this.prefix}place`) as Partial<Place> | null;
    return typeof found?.sentence === 'number' && typeof found.query?.filter?.text === 'string' ? (found as Place) : null;
  }

  keepPlace(place: Place): void {
    this.write(`${this.prefix}place`, place);
  }

  /**
   * Take over the steps that earlier views left behind. A view that is still open may have left some, too: it sends them
   * with the same keys, so that each is done once.
   */
  takeSteps(): Kept[] {
    const found: Kept[] = [];
    for (const key of this.keys().filter(item => item.startsWith(`${this.prefix}steps:`) && item !== this.own)) {
      const steps = this.read(key);
      if (Array.isArray(steps)) {
        found.push(...steps.filter(isKept));
      }
      this.forget(key);
    }
    return found;
  }

  keepSteps(steps: readonly Kept[]): void {
    if (steps.length > 0) {
      this.write(this.own, steps);
    } else {
      this.forget(this.own);
    }
  }

  private keys(): string[] {
    const storage = this.storage;
    return storage ? Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '') : [];
  }

  private read(key: string): unknown {
    try {
      return JSON.parse(this.storage?.getItem(key) ?? 'null');
    } catch {
      return null; // somebody else wrote there: as good as nothing
    }
  }

  private write(key: string, value: unknown): void {
    try {
      this.storage?.setItem(key, JSON.stringify(value));
    } catch {
      // The browser's quota is used up: the review goes on, only its place is not kept.
    }
  }

  private forget(key: string): void {
    this.storage?.removeItem(key);
  }
}
