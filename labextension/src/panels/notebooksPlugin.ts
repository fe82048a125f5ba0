/** Adds the notebooks to launcher and palette; each opens a copy in the user's folder. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';

import { CommandIDs } from '../commands';
import { FOLDER, GUIDES } from '../notebooks/guides';
import { words } from '../words';
import { tellFailure } from '../workbench/telling';
import { tramIcon } from './icon';

const CATEGORY = 'ATT&CK';

function guideOf(file: unknown): (typeof GUIDES)[number] | undefined {
  return GUIDES.find(guide => guide.file === file);
}

function activate(app: JupyterFrontEnd, palette: ICommandPalette | null, launcher: ILauncher | null): void {
  const { contents, serverSettings } = app.serviceManager;
  app.commands.addCommand(CommandIDs.openNotebook, {
    label: args => {
      const title = guideOf(args['file'])?.title ?? 'Open a Notebook';
      return args['isLauncher'] ? title : `TRAM: ${title}`;
    },
    caption: args => guideOf(args['file'])?.caption ?? 'Open a copy of one of TRAM’s notebooks',
    icon: tramIcon,
    describedBy: {
      args: {
        type: 'object',
        required: ['file'],
        properties: {
          file: { type: 'string', enum: GUIDES.map(guide => guide.file), description: 'The notebook to open' },
          isLauncher: { type: 'boolean', description: 'Whether the launcher shows the command' }
        }
      }
    },
    execute: async args => {
      const guide = guideOf(args['file']);
      if (guide === undefined) {
        return;
      }
      try {
        const { copyGuides } = await import('../notebooks/copying');
        await copyGuides(contents, serverSettings);
        await app.commands.execute('docmanager:open', { path: `${FOLDER}/${guide.file}` });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        tellFailure(words('The notebook “%1” could not be copied to %2: %3', guide.title, FOLDER, reason));
      }
    }
  });
  GUIDES.forEach((guide, rank) => {
    palette?.addItem({ command: CommandIDs.openNotebook, category: CATEGORY, args: { file: guide.file } });
    launcher?.add({
      command: CommandIDs.openNotebook,
      category: CATEGORY,
      rank: 10 + rank,
      args: { file: guide.file, isLauncher: true }
    });
  });
}

export const notebooksPlugin: JupyterFrontEndPlugin<void> = {
  id: 'tram-ext:notebooks',
  description: 'Offers TRAM’s notebooks in the launcher.',
  autoStart: true,
  optional: [ICommandPalette, ILauncher],
  activate
};
