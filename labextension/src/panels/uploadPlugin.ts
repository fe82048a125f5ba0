/** Ways by which a report comes in: uploads from the desktop, files of the server, a sample, exports of other workbenches. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, Notification, showDialog } from '@jupyterlab/apputils';
import { IDefaultFileBrowser, IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';

import { fetchNotebookFiles } from '../api/client';
import type { Uploaded } from '../api/tramServer';
import { CommandIDs, describedBy } from '../commands';
import { counted, words } from '../words';
import { type Arguments, textArgument } from '../workbench/selection';
import { trying } from '../workbench/telling';
import { ITramWorkbench } from '../workbench/token';
import { tramIcon } from './icon';

/** What the server reads; see `tram_ext/documents/media.py`. */
export const READABLE = ['.pdf', '.docx', '.html', '.htm', '.md', '.markdown', '.txt', '.text', '.log', '.json'] as const;

const SAMPLE = 'samples/glass-heron.html';

export function isReadable(path: string): boolean {
  return READABLE.some(suffix => path.toLowerCase().endsWith(suffix));
}

/** Ask for files of the user's machine; none where the question is cancelled. */
function askForFiles(): Promise<File[]> {
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
class Intake {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly workbench: ITramWorkbench
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
}

/** The paths that a command is about: named by its arguments, or selected in the file browser. */
function pathsOf(args: Arguments, browser: IFileBrowserFactory | null, byDefault: IDefaultFileBrowser | null): string[] {
  const path = textArgument(args, 'path');
  if (path !== undefined) {
    return [path];
  }
  const current = browser?.tracker.currentWidget ?? byDefault;
  const selected = current === null || current === undefined ? [] : [...current.selectedItems()];
  return selected
    .filter(item => item.type !== 'directory')
    .map(item => current?.model.manager.services.contents.localPath(item.path) ?? item.path);
}

function activate(
  app: JupyterFrontEnd,
  workbench: ITramWorkbench,
  browser: IFileBrowserFactory | null,
  byDefault: IDefaultFileBrowser | null,
  palette: ICommandPalette | null,
  launcher: ILauncher | null
): void {
  const intake = new Intake(app, workbench);
  const { commands } = app;
  const model = { type: 'string', description: 'The model that maps it; the default one without it' };

  commands.addCommand(CommandIDs.upload, {
    label: args => (args['isLauncher'] ? words('Map a Report') : words('Upload Reports…')),
    caption: words('Map reports from your computer to ATT&CK'),
    icon: tramIcon,
    describedBy: describedBy({ model, isLauncher: { type: 'boolean', description: 'Whether the launcher shows the command' } }),
    execute: async args =>
      intake.files((args['files'] as unknown as File[] | undefined) ?? (await askForFiles()), textArgument(args, 'model'))
  });
  commands.addCommand(CommandIDs.mapFile, {
    label: words('Map to ATT&CK'),
    caption: words('Map the selected files of the server to ATT&CK, where they are'),
    icon: tramIcon,
    describedBy: describedBy({
      path: { type: 'string', description: 'The path of the file in the file browser; the selected files without it' },
      model
    }),
    isVisible: args => pathsOf(args, browser, byDefault).some(isReadable),
    execute: async args => {
      const paths = pathsOf(args, browser, byDefault);
      await intake.paths(paths.length > 1 ? paths.filter(isReadable) : paths, textArgument(args, 'model'));
    }
  });
  commands.addCommand(CommandIDs.importReport, {
    label: words('Import TRAM Report…'),
    caption: words('Import a report export into the workbench'),
    icon: tramIcon,
    describedBy: describedBy({ path: { type: 'string', description: 'The path of the export in the file browser' } }),
    isVisible: args => pathsOf(args, browser, byDefault).every(path => path.toLowerCase().endsWith('.json')),
    execute: async args => {
      const [path] = pathsOf(args, browser, byDefault);
      if (path === undefined) {
        return;
      }
      const answer = await showDialog({
        title: words('Import “%1” into TRAM?', path.split('/').pop() ?? path),
        body: words('Its report, sentences and decisions become a report of the workbench; the file stays as it is.'),
        buttons: [Dialog.cancelButton(), Dialog.okButton({ label: words('Import') })]
      });
      if (answer.button.accept) {
        await intake.paths([path]);
      }
    }
  });
  commands.addCommand(CommandIDs.openSample, {
    label: words('Open a Sample Report'),
    caption: words('Map a report that comes with TRAM, to try it out'),
    icon: tramIcon,
    describedBy: describedBy({}),
    execute: () =>
      trying(words('The sample could not be mapped'), async () => {
        const found = (await fetchNotebookFiles(workbench.server.settings)).find(file => file.path === SAMPLE);
        if (found === undefined) {
          throw new Error(words('this server has no samples.'));
        }
        const bytes = Uint8Array.from(atob(found.content), character => character.charCodeAt(0));
        await intake.files([new File([bytes], SAMPLE.split('/').pop() ?? SAMPLE, { type: 'text/html' })]);
      })
  });
  for (const command of [CommandIDs.upload, CommandIDs.mapFile, CommandIDs.openSample]) {
    palette?.addItem({ command, category: 'ATT&CK' });
  }
  launcher?.add({ command: CommandIDs.upload, category: 'ATT&CK', rank: 0, args: { isLauncher: true } });
  launcher?.add({ command: CommandIDs.openMatrix, category: 'ATT&CK', rank: 1 });
}

export const uploadPlugin: JupyterFrontEndPlugin<void> = {
  id: 'tram-ext:upload',
  description: 'Maps uploaded files, and files of the server where they are.',
  autoStart: true,
  requires: [ITramWorkbench],
  optional: [IFileBrowserFactory, IDefaultFileBrowser, ICommandPalette, ILauncher],
  activate
};
