import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import widget, { type UploadFile } from './upload';

interface Sent {
  event: string;
  id: string;
  at?: number;
  name?: string;
  reason?: string;
}

class Kernel {
  readonly sent: Sent[] = [];
  readonly sizes: number[] = [];
  files: UploadFile[] = [];
  private readonly listeners = new Map<string, Set<(content: never) => void>>();

  get(name: string): unknown {
    return name === 'files' ? this.files : '.txt';
  }

  send(content: unknown, _callbacks?: unknown, buffers: ArrayBuffer[] = []): void {
    this.sent.push(content as Sent);
    buffers.forEach(buffer => this.sizes.push(buffer.byteLength));
  }

  on(event: string, listener: (content: never) => void): void {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: (content: never) => void): void {
    this.listeners.get(event)?.delete(listener);
  }

  fire(event: string, content?: unknown): void {
    [...(this.listeners.get(event) ?? [])].forEach(listener => listener(content as never));
  }

  events(): string[] {
    return this.sent.map(message => message.event);
  }

  listenerCount(): number {
    return [...this.listeners.values()].reduce((total, set) => total + set.size, 0);
  }
}

let kernel: Kernel;
let el: HTMLElement;
let end: () => void;

beforeEach(() => {
  kernel = new Kernel();
  el = document.body.appendChild(document.createElement('div'));
  end = widget.render({ model: kernel, el });
});

afterEach(() => {
  end();
  expect(kernel.listenerCount()).toBe(0);
  document.body.replaceChildren();
});

async function drop(...files: File[]): Promise<void> {
  await vi.waitFor(() => expect(el.querySelector('.tram-Upload-zone')).not.toBeNull());
  const event = new Event('drop', { bubbles: true, cancelable: true });
  Object.assign(event, { dataTransfer: { files } });
  el.querySelector('.tram-Upload-zone')?.dispatchEvent(event);
  expect(event.defaultPrevented).toBe(true);
}

describe('uploading', () => {
  it('sends dropped files in pieces, one file after another', async () => {
    await drop(new File([new Uint8Array((1 << 20) + 5)], 'big.txt'), new File(['small'], 'small.txt'));
    await vi.waitFor(() => expect(kernel.events()).toEqual(['begin', 'begin', 'piece']));
    const [big, small] = kernel.sent;
    kernel.fire('msg:custom', { event: 'taken', id: big?.id, at: 1 << 20 });
    await vi.waitFor(() => expect(kernel.sizes).toEqual([1 << 20, 5]));
    kernel.fire('msg:custom', { event: 'taken', id: big?.id, at: (1 << 20) + 5 });
    await vi.waitFor(() => expect(kernel.sent.at(-1)).toMatchObject({ event: 'piece', id: small?.id, at: 0 }));
    expect(kernel.sent.at(-2)).toEqual({ event: 'end', id: big?.id });
  });

  it('goes on with the next where the kernel wants no more of one', async () => {
    await drop(new File(['one'], 'one.txt'), new File(['two'], 'two.txt'));
    await vi.waitFor(() => expect(kernel.events()).toContain('piece'));
    kernel.fire('msg:custom', { event: 'taken', id: kernel.sent[0]?.id, at: -1 });
    await vi.waitFor(() => expect(kernel.sent.at(-1)?.id).toBe(kernel.sent[1]?.id));
    expect(kernel.events()).not.toContain('end');
  });

  it('says what cannot be read', async () => {
    const folder = new File(['x'], 'folder');
    folder.slice = () => {
      throw new Error('It is a folder.');
    };
    await drop(folder);
    await vi.waitFor(() => expect(kernel.sent.at(-1)).toMatchObject({ event: 'cancel', reason: 'It is a folder.' }));
  });

  it('shows each file with its words, hostile ones as text, and cancels', async () => {
    const name = '<img src=x onerror=alert(1)>';
    kernel.files = [
      { id: 'a', name, size: 2_500_000, progress: 0.4, state: 'working', message: 'Reading' },
      { id: 'b', name: 'b.pdf', size: 10, progress: 1, state: 'failed', message: 'It is damaged.' }
    ];
    kernel.fire('change:files');
    await vi.waitFor(() => expect(el.querySelectorAll('.tram-Upload-file')).toHaveLength(2));
    expect(el.querySelector('img')).toBeNull();
    expect(el.textContent).toContain(name);
    expect(el.textContent).toContain('2.5 MB');
    expect(el.textContent).toContain('1 of 2 done, 1 failed');
    expect(el.querySelectorAll('progress')).toHaveLength(1); // none for what goes no further
    expect(el.querySelector('.tram-Widget-bad')?.textContent).toContain('It is damaged.');
    el.querySelector<HTMLButtonElement>('.tram-Upload-file button')?.click();
    expect(kernel.sent).toEqual([{ event: 'cancel', id: 'a' }]);
  });
});
