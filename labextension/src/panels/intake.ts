/** Takes reports in: files of the user's machine, files of the server, a sample, exports of other workbenches. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';

import { fetchNotebookFiles } from '../api/client';
import type { Uploaded } from '../api/tramServer';
import { CommandIDs } from '../commands';
import { counted, words } from '../words';
import { trying } from '../workbench/telling';
import type { TramWorkbench } from '../workbench/token';
import { READABLE } from './readable';

const SAMPLE = 'samples/glass-heron.html';

/** Ask for files of the user's machine; none where the question is cancelled. */
export function askForFiles(): Promise<File[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.accept = READABLE.join(',');
  return new Promise(resolve => {
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

/** Sends files and paths, one after another, and says what became of them. */
export class Intake {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly workbench: TramWorkbench
  ) {}

  files(files: readonly File[], model?: string): Promise<void> {
    return this.each(
      files,
      file => file.name,
      file => this.workbench.server.upload(file, model)
    );
  }

  paths(paths: readonly string[], model?: string): Promise<void> {
    return this.each(
      paths,
      path => path,
      path => this.workbench.server.uploadPath(path, model)
    );
  }

  private async each<T>(items: readonly T[], nameOf: (item: T) => string, send: (item: T) => Promise<Uploaded>): Promise<void> {
    const { commands } = this.app;
    const queued: string[] = [];
    for (const item of items) {
      const taken = await trying(words('“%1” could not be mapped', nameOf(item)), () => send(item));
      const report = taken?.report_id ?? null;
      if (taken !== undefined && report !== null && taken['job-id'] === undefined) {
        Notification.success(words('“%1” was imported.', nameOf(item)), { autoClose: 5000 });
        await commands.execute(CommandIDs.openReport, { id: report });
      } else if (taken !== undefined && report !== null) {
        // The same file was mapped before.
        await commands.execute(CommandIDs.openReport, { id: report });
      } else if (taken !== undefined) {
        queued.push(nameOf(item));
      }
    }
    if (queued.length > 0) {
      await commands.execute(CommandIDs.showStatus, { focus: false });
      Notification.info(counted('%1 document is being mapped.', '%1 documents are being mapped.', queued.length), {
        autoClose: 4000
      });
    }
    await this.workbench.model.refresh();
  }

  /** Map a report that comes with TRAM. */
  async sample(): Promise<void> {
    const found = (await fetchNotebookFiles(this.workbench.server.settings)).find(file => file.path === SAMPLE);
    if (found === undefined) {
      throw new Error(words('this server has no samples.'));
    }
    const bytes = Uint8Array.from(atob(found.content), character => character.charCodeAt(0));
    await this.files([new File([bytes], SAMPLE.split('/').pop() ?? SAMPLE, { type: 'text/html' })]);
  }

  /** Import a report export after a question. */
  async importExport(path: string): Promise<void> {
    const answer = await showDialog({
      title: words('Import “%1” into TRAM?', path.split('/').pop() ?? path),
      body: words('Its report, sentences and decisions become a report of the workbench; the file stays as it is.'),
      buttons: [Dialog.cancelButton(), Dialog.okButton({ label: words('Import') })]
    });
    if (answer.button.accept) {
      await this.paths([path]);
    }
  }
}
