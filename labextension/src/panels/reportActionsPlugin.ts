/** Adds the commands on a whole report. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';

import { CommandIDs, describedBy } from '../commands';
import { words } from '../words';
import { reportArgument } from '../workbench/selection';
import { trying } from '../workbench/telling';
import { ITramWorkbench } from '../workbench/token';
import { FORMATS } from './formats';

const ID = { id: { type: 'integer', minimum: 1, description: 'The number of the report; without it, the one in front' } };
const MODEL = { type: 'string', description: 'The model, such as linear; asked for without it' };
const FORMAT = { type: 'string', enum: FORMATS.map(([name]) => name), description: 'The format; asked for without it' };

function activate(app: JupyterFrontEnd, workbench: ITramWorkbench, palette: ICommandPalette | null): void {
  const add = (command: string, label: string, failure: string, properties: Parameters<typeof describedBy>[0] = ID): void => {
    app.commands.addCommand(command, {
      label,
      describedBy: describedBy(properties),
      execute: async args => {
        const id = reportArgument(app, args);
        if (id !== undefined) {
          await trying(failure, async () => {
            const { runReportAction } = await import('./reportActions');
            await runReportAction(app, await workbench.load(), command, id, args);
          });
        }
      }
    });
  };
  const { exportReport, downloadDocument, renameReport, deleteReport, useForTraining, insertCode, remapReport } = CommandIDs;
  add(exportReport, words('Export Report…'), words('The report could not be exported'), { ...ID, format: FORMAT });
  add(downloadDocument, words('Download Original Document'), words('The document could not be downloaded'));
  add(remapReport, words('Map Again…'), words('The report could not be mapped again'), { ...ID, model: MODEL });
  add(renameReport, words('Rename Report…'), words('The report could not be renamed'));
  add(deleteReport, words('Delete Report…'), words('The report could not be deleted'));
  add(useForTraining, words('Use for Training'), words('The report could not be changed'));
  add(insertCode, words('Insert Code for This Report'), words('No code was inserted'));
  palette?.addItem({ command: exportReport, category: 'ATT&CK' });
  palette?.addItem({ command: remapReport, category: 'ATT&CK' });
  palette?.addItem({ command: insertCode, category: 'ATT&CK' });
}

export const reportActionsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'tram-ext:report-actions',
  description: 'Exports, renames and deletes reports, and uses them in training and code.',
  autoStart: true,
  requires: [ITramWorkbench],
  optional: [ICommandPalette],
  activate
};
