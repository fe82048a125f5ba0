import { ServerConnection } from '@jupyterlab/services';
import { describe, expect, it } from 'vitest';

import { READY } from '../status/examples';
import { fetchStatus, RequestFailure } from './client';

function server(answer: (url: string) => Promise<Response>): ServerConnection.ISettings {
  return ServerConnection.makeSettings({
    baseUrl: 'http://localhost:8888/user/bob/',
    fetch: request => answer(request instanceof Request ? request.url : String(request))
  });
}

function failing(body: string, status: number): ServerConnection.ISettings {
  return server(async () => new Response(body, { status, statusText: 'No' }));
}

async function failureOf(settings: ServerConnection.ISettings): Promise<[string, string]> {
  const error = await fetchStatus(settings).catch((reason: unknown) => reason);
  if (!(error instanceof RequestFailure)) {
    throw new Error(`expected a RequestFailure, got ${String(error)}`);
  }
  return [error.kind, error.message];
}

describe('fetchStatus', () => {
  it('asks below the base URL', async () => {
    const urls: string[] = [];
    const settings = server(async url => {
      urls.push(url);
      return new Response(JSON.stringify(READY));
    });
    expect(await fetchStatus(settings)).toEqual(READY);
    expect(urls.map(url => new URL(url).pathname)).toEqual(['/user/bob/api/tram/status']);
  });

  it.each([
    [401, 'unauthenticated'],
    [403, 'forbidden'],
    [404, 'missing'],
    [500, 'server'],
    [503, 'server']
  ])('tells a %i from the others, in the words of the server', async (status, kind) => {
    expect(await failureOf(failing('{"detail": "because"}', status))).toEqual([kind, 'because']);
  });

  it('makes do with the status line where a proxy answers in HTML', async () => {
    expect(await failureOf(failing('<h1>Bad gateway</h1>', 502))).toEqual(['server', '502 No']);
  });

  it('knows a server that does not answer', async () => {
    const settings = server(async () => Promise.reject(new TypeError('Failed to fetch')));
    expect((await failureOf(settings))[0]).toBe('unreachable');
  });

  it.each(['not JSON', '{"other": 1}', 'null', '[]'])('refuses %s as a status', async body => {
    expect((await failureOf(failing(body, 200)))[0]).toBe('server');
  });
});
