/** The only module that sends requests to the server. */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { areNotebookFiles, type NotebookFile } from '../notebooks/notebookFiles';
import { type FailureKind, isServerStatus, type ServerStatus } from '../status/status';
import { RequestFailure } from './failure';

export { RequestFailure };

/** Milliseconds after which a server counts as not answering. */
const TIMEOUT_MS = 30_000;

/** A request below the base URL; without `json` or `form` it has no body. */
export interface Call {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  query?: Record<string, string | number | undefined>;
  json?: unknown;
  form?: FormData;
  headers?: Record<string, string>;
  /** Milliseconds; 0 waits without end, as for uploads. */
  timeout?: number;
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

/** The server's own words: `{"detail": "…"}`, or `{"field": ["…"]}` where fields are wrong. */
async function detailOf(response: Response): Promise<string> {
  try {
    const body: unknown = await response.json();
    if (typeof body === 'object' && body !== null) {
      const words = 'detail' in body ? [body.detail] : Object.values(body).flat();
      return words.map(String).join(' ');
    }
  } catch {
    // A proxy in between answers in HTML; its status line has to do.
  }
  return `${response.status} ${response.statusText}`.trim();
}

/** The URL of a path of the API. */
export function urlOf(settings: ServerConnection.ISettings, path: string, query: Call['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return URLExt.join(settings.baseUrl, path) + (given.length > 0 ? `?${search}` : '');
}

/** Send a request, and return its successful response. */
async function respond(settings: ServerConnection.ISettings, path: string, call: Call): Promise<Response> {
  const { method = 'GET', json, form, headers = {}, timeout = TIMEOUT_MS } = call;
  const init: RequestInit = { method, headers: { ...headers } };
  if (timeout > 0) {
    init.signal = AbortSignal.timeout(timeout);
  }
  if (json !== undefined) {
    init.body = JSON.stringify(json);
    init.headers = { ...headers, 'Content-Type': 'application/json' };
  } else if (form !== undefined) {
    init.body = form;
  }
  let response: Response;
  try {
    response = await ServerConnection.makeRequest(urlOf(settings, path, call.query), init, settings);
  } catch (error) {
    throw new RequestFailure('unreachable', error instanceof Error ? error.message : String(error));
  }
  // A proxy or hub whose session ended redirects to its login page, which is a 200.
  if (response.ok && response.redirected) {
    throw new RequestFailure('unauthenticated', `The request was redirected to ${new URL(response.url).pathname}.`);
  }
  if (!response.ok) {
    throw new RequestFailure(kindOf(response.status), await detailOf(response), response.status);
  }
  return response;
}

/** Send a request, and return the body as it is. */
export async function requestBlob(settings: ServerConnection.ISettings, path: string, call: Call = {}): Promise<Blob> {
  return (await respond(settings, path, call)).blob();
}

/** Send a request, and return the parsed body; undefined where it is empty. */
export async function request(settings: ServerConnection.ISettings, path: string, call: Call = {}): Promise<unknown> {
  const response = await respond(settings, path, call);
  const text = await response.text();
  try {
    return text === '' ? undefined : JSON.parse(text);
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
  const body = await request(settings, 'api/tram/status');
  if (!isServerStatus(body)) {
    throw new RequestFailure('server', 'The answer is not a status of TRAM.');
  }
  return body;
}

/** Get the notebooks and their sample reports. */
export async function fetchNotebookFiles(settings: ServerConnection.ISettings): Promise<NotebookFile[]> {
  const body = await request(settings, 'api/tram/notebooks');
  if (!areNotebookFiles(body)) {
    throw new RequestFailure('server', 'The answer is not a list of notebooks.');
  }
  return body;
}
