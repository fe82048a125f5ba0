/** A server for specs: answers by path, and keeps what was asked. */
import { ServerConnection } from '@jupyterlab/services';

import type { TramEvent } from '../api/events';
import { TramServer } from '../api/tramServer';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
  headers: Headers;
}

type Reply = unknown;
/** The answer to a request: a body, a response, or a function that makes one. */
export type Routes = Record<string, Reply | ((asked: Asked) => Reply)>;

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status });
}

/** A server whose routes are written as `GET api/reports/1/`. */
export class FakeServer {
  readonly asked: Asked[] = [];
  readonly server: TramServer;
  /** Whether requests reach nobody. */
  isDown = false;

  constructor(readonly routes: Routes) {
    const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
      const request = new Request(input, init);
      const url = new URL(request.url);
      const path = url.pathname.replace(/^\//, '');
      const text = await request.text();
      const isJson = request.headers.get('Content-Type') === 'application/json';
      const asked = {
        method: request.method,
        path,
        query: url.searchParams,
        body: isJson ? (JSON.parse(text) as unknown) : text,
        headers: request.headers
      };
      this.asked.push(asked);
      if (this.isDown) {
        throw new TypeError('Failed to fetch');
      }
      const route = this.routes[`${request.method} ${path}`];
      const reply: unknown = typeof route === 'function' ? route(asked) : route;
      if (reply instanceof Response) {
        return reply;
      }
      return reply === undefined ? json({ detail: `No route for ${path}.` }, 404) : json(reply);
    };
    this.server = new TramServer(ServerConnection.makeSettings({ baseUrl: 'http://localhost:8888/', fetch }));
  }

  /** The requests to a route, oldest first. */
  of(method: string, path: string): Asked[] {
    return this.asked.filter(item => item.method === method && item.path === path);
  }
}

/** Events that a spec emits. */
export class FakeEvents {
  private readonly listeners = new Set<(event: TramEvent) => void>();

  subscribe(listener: (event: TramEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  emit(event: TramEvent): void {
    this.listeners.forEach(listener => listener(event));
  }

  get size(): number {
    return this.listeners.size;
  }
}
