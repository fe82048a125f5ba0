/** Messages to the user about what a command did or could not do. */
import { Notification } from '@jupyterlab/apputils';

import { RequestFailure } from '../api/failure';
import { words } from '../words';

/** The sentence that says why something failed. */
export function reasonOf(error: unknown): string {
  if (error instanceof RequestFailure && error.kind === 'unreachable') {
    return words('The Jupyter server does not answer.');
  }
  return error instanceof Error ? error.message : String(error);
}

/** Do something; where it fails, say what and why, and return undefined. */
export async function trying<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    tellFailure(`${what}: ${reasonOf(error)}`);
    return undefined;
  }
}

/** Show what went wrong until it is closed: without a time a notification would not be seen at all. */
export function tellFailure(message: string): void {
  Notification.error(message, { autoClose: false });
}
