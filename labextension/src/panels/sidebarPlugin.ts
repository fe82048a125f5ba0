/** Adds the sidebar “TRAM”: reports, queue, models and status. */
import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { CommandIDs, describedBy } from '../commands';
import { words } from '../words';
import { ITramWorkbench } from '../workbench/token';
import { tramIcon } from './icon';
import { LazyPanel } from './lazyPanel';

const ID = 'tram-ext:sidebar';

function activate(
  app: JupyterFrontEnd,
  workbench: ITramWorkbench,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null,
  registry: ISettingRegistry | null
): void {
  const panel: LazyPanel = new LazyPanel(async () => {
    const { sidebarContent } = await import('./sidebarContent');
    return sidebarContent(app, await workbench.load(), panel, registry, ID);
  });
  panel.id = 'tram-sidebar';
  panel.addClass('tram-SidebarHost');
  panel.title.icon = tramIcon;
  panel.title.caption = 'TRAM';
  app.shell.add(panel, 'left', { rank: 650, type: 'TRAM' });
  restorer?.add(panel, panel.id);
  app.commands.addCommand(CommandIDs.showStatus, {
    label: words('Show TRAM'),
    caption: words('Show the reports, the queue, the models, and how the server is'),
    icon: tramIcon,
    describedBy: describedBy({
      focus: { type: 'boolean', description: 'Whether the panel takes the focus; it does without it' }
    }),
    execute: args => {
      if (args['focus'] === false && panel.isVisible) {
        return;
      }
      app.shell.activateById(panel.id);
    }
  });
  palette?.addItem({ command: CommandIDs.showStatus, category: 'ATT&CK' });
}

export const sidebarPlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Shows reports, queue, models and status in the left sidebar.',
  autoStart: true,
  requires: [ITramWorkbench],
  optional: [ICommandPalette, ILayoutRestorer, ISettingRegistry],
  activate
};
