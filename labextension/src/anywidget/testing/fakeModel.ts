/** A model as anywidget lends it, and a kernel at its other end that answers when it is told to. */
import type { CommModel } from '../commTransport';

export interface Request {
  client: string;
  id: number;
  method: string;
  params: Record<string, unknown>;
}

export class FakeModel implements CommModel {
  readonly sent: Request[] = [];
  readonly traits = new Map<string, unknown>();
  broken = false;
  saved = 0;
  /** Answers as a kernel would, where it is set. */
  serve: ((request: Request) => Promise<unknown>) | null = null;
  private readonly listeners = new Map<string, Set<(content: unknown) => void>>();

  get(name: string): unknown {
    return this.traits.get(name);
  }

  set(name: string, value: unknown): void {
    this.traits.set(name, value);
    this.fire(`change:${name}`);
  }

  save_changes(): void {
    this.saved++;
  }

  send(content: unknown): void {
    if (this.broken) {
      throw new Error('Cannot send');
    }
    const request = content as Request;
    this.sent.push(request);
    void this.serve?.(request).then(
      result => this.receive({ client: request.client, id: request.id, result }),
      (error: { kind: string; message: string; current: unknown }) => {
        const { kind, message, current } = error;
        this.receive({ client: request.client, id: request.id, error: { kind, message, current } });
      }
    );
  }

  on(event: string, listener: (content: unknown) => void): void {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: (content: unknown) => void): void {
    this.listeners.get(event)?.delete(listener);
  }

  fire(event: string, content?: unknown): void {
    [...(this.listeners.get(event) ?? [])].forEach(listener => listener(content));
  }

  receive(content: unknown): void {
    this.fire('msg:custom', content);
  }

  /** Answer the last request of a method. */
  answer(method: string, result: unknown): void {
    const { client, id } = [...this.sent].reverse().find(request => request.method === method) as Request;
    this.receive({ client, id, result });
  }

  /** Refuse the last request. */
  refuse(error: unknown): void {
    const { client, id } = this.sent[this.sent.length - 1] as Request;
    this.receive({ client, id, error });
  }

  listenerCount(): number {
    return [...this.listeners.values()].reduce((total, set) => total + set.size, 0);
  }
}
