/**
 * Uploads from below a notebook's cell, by a picker or by dropping files.
 *
 * A file goes to the kernel in pieces, each after the one before it was taken: `{event: "begin", id, name, size}`, then
 * `{event: "piece", id, at}` with a buffer, at last `{event: "end", id}`. The kernel answers `{event: "taken", id, at}`;
 * `at` is where the next piece begins, -1 where it wants no more. `{event: "cancel", id}` ends a file at any time.
 * Trait `files`: all files of the widget, as the kernel knows them; `accept`: names of types for the picker.
 */
import { useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';

import '../../style/panel.css';
import { freshKey } from '../annotator/transport';
import { keepKeys } from './keyboard';

export interface UploadFile {
  id: string;
  name: string;
  size: number;
  /** From 0 to 1, of sending and reading together. */
  progress: number;
  state: 'sending' | 'working' | 'done' | 'failed' | 'cancelled';
  message: string;
}

export interface UploadModel {
  get(name: string): unknown;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  on(event: string, listener: (content: never) => void): void;
  off(event: string, listener: (content: never) => void): void;
}

const PIECE = 1 << 20;
const ONGOING: ReadonlySet<string> = new Set(['sending', 'working']);
const SIGNS: Record<UploadFile['state'], string> = {
  sending: '↑',
  working: '…',
  done: '✓',
  failed: '✕',
  cancelled: '–'
};

/** Sends files one after another. */
export class Sender {
  private readonly queue: { id: string; file: File }[] = [];
  private current: { id: string; file: File } | null = null;

  constructor(private readonly model: UploadModel) {
    model.on('msg:custom', this.receive);
  }

  add(files: Iterable<File>): void {
    for (const file of files) {
      const id = freshKey();
      this.queue.push({ id, file });
      this.model.send({ event: 'begin', id, name: file.name, size: file.size });
    }
    this.next();
  }

  cancel(id: string): void {
    this.model.send({ event: 'cancel', id });
    const place = this.queue.findIndex(item => item.id === id);
    if (place >= 0) {
      this.queue.splice(place, 1);
    }
    this.finish(id);
  }

  dispose(): void {
    this.model.off('msg:custom', this.receive);
    [...this.queue, ...(this.current ? [this.current] : [])].forEach(({ id }) => this.model.send({ event: 'cancel', id }));
    this.queue.length = 0;
    this.current = null;
  }

  private readonly receive = (message: { event?: unknown; id?: unknown; at?: unknown }): void => {
    const { current } = this;
    if (message.event !== 'taken' || current === null || message.id !== current.id || typeof message.at !== 'number') {
      return;
    }
    if (message.at < 0) {
      this.finish(current.id);
    } else {
      void this.send(message.at);
    }
  };

  private next(): void {
    if (this.current === null) {
      this.current = this.queue.shift() ?? null;
      void this.send(0);
    }
  }

  private async send(at: number): Promise<void> {
    const sending = this.current;
    if (!sending) {
      return;
    }
    const { id, file } = sending;
    if (at >= file.size) {
      this.model.send({ event: 'end', id });
      this.finish(id);
      return;
    }
    try {
      const piece = await file.slice(at, at + PIECE).arrayBuffer();
      if (this.current === sending) {
        this.model.send({ event: 'piece', id, at }, undefined, [piece]);
      }
    } catch (error) {
      // The file was moved or may not be read; a folder that was dropped cannot be read, either.
      this.model.send({ event: 'cancel', id, reason: error instanceof Error ? error.message : String(error) });
      this.finish(id);
    }
  }

  private finish(id: string): void {
    if (this.current?.id === id) {
      this.current = null;
      this.next();
    }
  }
}

function sizeOf(bytes: number): string {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3)).toLocaleString()} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function FileRow({ file, onCancel }: { file: UploadFile; onCancel: () => void }): React.JSX.Element {
  const tone = file.state === 'failed' ? 'tram-Widget-bad' : file.state === 'done' ? 'tram-Widget-good' : 'tram-Widget-faint';
  const ongoing = ONGOING.has(file.state);
  return (
    <li className="tram-Upload-file">
      <span className="tram-Upload-name" title={file.name}>
        <bdi>{file.name}</bdi>
      </span>
      <span className="tram-Upload-size">{sizeOf(file.size)}</span>
      <span>
        {(ongoing || file.state === 'done') && (
          <progress max={100} value={Math.round(100 * file.progress)} aria-label={`Progress of ${file.name}`} />
        )}
      </span>
      <span>
        {ongoing && (
          <button type="button" aria-label={`Cancel ${file.name}`} onClick={onCancel}>
            Cancel
          </button>
        )}
      </span>
      <span className={`tram-Upload-state ${tone}`}>
        <span aria-hidden="true">{SIGNS[file.state]} </span>
        {file.message}
      </span>
    </li>
  );
}

function UploadView({ model, sender }: { model: UploadModel; sender: Sender }): React.JSX.Element {
  const [files, setFiles] = useState(() => model.get('files') as UploadFile[]);
  const [over, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const follow = (): void => setFiles(model.get('files') as UploadFile[]);
    follow();
    model.on('change:files', follow);
    return () => model.off('change:files', follow);
  }, [model]);
  const failed = files.filter(file => file.state === 'failed').length;
  const ended = files.filter(file => !ONGOING.has(file.state)).length;
  const done = `${ended.toLocaleString()} of ${files.length.toLocaleString()} done`;
  return (
    <section aria-label="Upload reports">
      <div
        className="tram-Upload-zone"
        data-over={over}
        onDragOver={event => {
          event.preventDefault();
          event.stopPropagation();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={event => {
          // The notebook would take the files for itself, or the browser would open them.
          event.preventDefault();
          event.stopPropagation();
          setOver(false);
          sender.add(event.dataTransfer?.files ?? []);
        }}
      >
        <button type="button" className="tram-Upload-choose" onClick={() => picker.current?.click()}>
          Choose files…
        </button>
        <span>or drop them here</span>
        <p>PDF, Word, HTML, text or Markdown, or a report that TRAM exported</p>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          accept={String(model.get('accept') ?? '')}
          aria-label="Files to upload"
          onChange={event => {
            sender.add(event.currentTarget.files ?? []);
            event.currentTarget.value = '';
          }}
        />
      </div>
      <p className="tram-Widget-faint" role="status">
        {files.length === 0 ? '' : failed === 0 ? done : `${done}, ${failed.toLocaleString()} failed`}
      </p>
      <ul className="tram-Upload-files">
        {files.map(file => (
          <FileRow key={file.id} file={file} onCancel={() => sender.cancel(file.id)} />
        ))}
      </ul>
    </section>
  );
}

function render({ model, el }: { model: UploadModel; el: HTMLElement }): () => void {
  el.classList.add('tram-Widget');
  const sender = new Sender(model);
  const release = keepKeys(el);
  const root = createRoot(el);
  root.render(<UploadView model={model} sender={sender} />);
  return () => {
    release();
    root.unmount();
    sender.dispose();
  };
}

export default { render };
