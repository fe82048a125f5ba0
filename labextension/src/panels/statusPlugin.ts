/** Adds the status panel to the left sidebar, and its command to the palette. */
import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';

import { fetchStatus } from '../api/client';
import { CommandIDs } from '../commands';
import { StatusModel } from '../models/statusModel';
import { tramIcon } from './icon';
import { StatusPanel } from './statusPanel';

function activate(app: JupyterFrontEnd, palette: ICommandPalette | null, restorer: ILayoutRestorer | null): void {
  const settings = app.serviceManager.serverSettings;
  const panel = new StatusPanel(new StatusModel(() => fetchStatus(settings)));
  app.shell.add(panel, 'left', { rank: 650, type: 'TRAM' });
  restorer?.add(panel, panel.id);
  app.commands.addCommand(CommandIDs.showStatus, {
    label: 'TRAM: Show Status',
    caption: 'Show what TRAM’s server is doing, and what to do where it has a problem',
    icon: tramIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => app.shell.activateById(panel.id)
  });
  palette?.addItem({ command: CommandIDs.showStatus, category: 'TRAM' });
}

export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: 'tram-ext:status',
  description: 'Shows the status of TRAM’s server in the left sidebar.',
  autoStart: true,
  optional: [ICommandPalette, ILayoutRestorer],
  activate
};
