/** The browser's storage, where it lends one: private windows and sandboxed frames may refuse even to be asked. */
import type { Storage } from '../annotator/memory';

export function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
