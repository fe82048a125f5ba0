/** The only module that talks to the server. */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { areNotebookFiles, type NotebookFile } from '../notebooks/notebookFiles';
import { type FailureKind, isServerStatus, type ServerStatus } from '../status/status';

/** Milliseconds after which a server counts as not answering. */
const TIMEOUT_MS = 30_000;

/** The reason of a failed request, for display. */
export class RequestFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string
  ) {
    super(message);
    this.name = 'RequestFailure';
  }
}

function kindOf(status: number): FailureKind {
  switch (status) {
    case 401:
      return 'unauthenticated';
    case 403:
      return 'forbidden';
    case 404:
      return 'missing';
    default:
      return 'server';
  }
}

/** The server's own words for an error: all of TRAM's errors are `{"detail": "…"}`. */
async function detailOf(response: Response): Promise<string> {
  try {
    const body: unknown = await response.json();
    if (typeof body === 'object' && body !== null && 'detail' in body) {
      return String(body.detail);
    }
  } catch {
    // A proxy in between answers in HTML; its status line has to do.
  }
  return `${response.status} ${response.statusText}`.trim();
}

async function getJson(settings: ServerConnection.ISettings, path: string): Promise<unknown> {
  const url = URLExt.join(settings.baseUrl, path);
  let response: Response;
  try {
    const init = { method: 'GET', signal: AbortSignal.timeout(TIMEOUT_MS) };
    response = await ServerConnection.makeRequest(url, init, settings);
  } catch (error) {
    throw new RequestFailure('unreachable', error instanceof Error ? error.message : String(error));
  }
  // A proxy or hub whose session ended redirects to its login page, which is a 200.
  if (response.ok && response.redirected) {
    throw new RequestFailure('unauthenticated', `The request was redirected to ${new URL(response.url).pathname}.`);
  }
  if (!response.ok) {
    throw new RequestFailure(kindOf(response.status), await detailOf(response));
  }
  try {
    return await response.json();
  } catch {
    throw new RequestFailure('server', 'The answer is not JSON.');
  }
}

/**
 * Ask the server how it is.
 *
 * The first request starts the server's preparation, so ask only once somebody wants to see it.
 */
export async function fetchStatus(settings: ServerConnection.ISettings): Promise<ServerStatus> {
  const body = await getJson(settings, 'api/tram/status');
  if (!isServerStatus(body)) {
    throw new RequestFailure('server', 'The answer is not a status of TRAM.');
  }
  return body;
}

/** Get the notebooks and their sample reports. */
export async function fetchNotebookFiles(settings: ServerConnection.ISettings): Promise<NotebookFile[]> {
  const body = await getJson(settings, 'api/tram/notebooks');
  if (!areNotebookFiles(body)) {
    throw new RequestFailure('server', 'The answer is not a list of notebooks.');
  }
  return body;
}
