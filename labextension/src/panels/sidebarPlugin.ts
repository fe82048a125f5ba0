/** Adds the sidebar “TRAM”: reports, queue, models and status. */
import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { CommandIDs, describedBy } from '../commands';
import type { SidebarActions } from '../sidebar/actions';
import type { SectionName } from '../sidebar/Sidebar';
import { summarise } from '../status/status';
import { words } from '../words';
import { trying } from '../workbench/telling';
import { ITramWorkbench } from '../workbench/token';
import { tramIcon } from './icon';
import { LazyPanel } from './lazyPanel';

function actionsOf(app: JupyterFrontEnd, { server, model, status }: ITramWorkbench): SidebarActions {
  const run = (command: string, args = {}): void => void app.commands.execute(command, args);
  return {
    openReport: ({ id }) => run(CommandIDs.openReport, { id }),
    openMatrix: report => run(CommandIDs.openMatrix, report === null ? {} : { ids: [report.id] }),
    openModel: name => run(CommandIDs.openModel, { name }),
    exportReport: ({ id }) => run(CommandIDs.exportReport, { id }),
    deleteReport: ({ id }) => run(CommandIDs.deleteReport, { id }),
    upload: files => run(CommandIDs.upload, { files }),
    chooseFiles: () => run(CommandIDs.upload),
    mapPaths: paths => paths.forEach(path => run(CommandIDs.mapFile, { path })),
    openSample: () => run(CommandIDs.openSample),
    train: name => run(CommandIDs.train, { name }),
    cancelJob: ({ id }) => run(CommandIDs.cancelJob, { id }),
    retryJob: ({ id }) => run(CommandIDs.retryJob, { id }),
    cancelTraining: ({ id }) =>
      void trying(words('The training could not be cancelled'), () => server.cancelTraining(id)).then(model.refresh),
    refresh: () => {
      void status.refresh();
      void model.refresh();
    }
  };
}

const SECTIONS: readonly SectionName[] = ['reports', 'queue', 'models', 'status'];

/** The sections that the settings name. */
function sectionsOf(settings: ISettingRegistry.ISettings | null): readonly SectionName[] {
  const named = settings?.composite['sections'];
  return Array.isArray(named) ? named.flatMap(name => SECTIONS.filter(known => known === name)) : SECTIONS;
}

function activate(
  app: JupyterFrontEnd,
  workbench: ITramWorkbench,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null,
  registry: ISettingRegistry | null
): void {
  const { model, status } = workbench;
  let settings: ISettingRegistry.ISettings | null = null;
  let unwatch: (() => void) | null = null;
  const panel = new LazyPanel({
    visible: visible => {
      status.setVisible(visible);
      if (visible) {
        unwatch ??= model.watch();
      } else {
        unwatch?.();
        unwatch = null;
      }
    },
    content: async () => {
      const { SidebarWidget } = await import('./sidebarWidget');
      // Without its settings it shows everything.
      settings = (await registry?.load(sidebarPlugin.id).catch(() => null)) ?? null;
      const widget = new SidebarWidget({
        status,
        model,
        actions: actionsOf(app, workbench),
        sections: () => sectionsOf(settings)
      });
      settings?.changed.connect(() => widget.update());
      return widget;
    }
  });
  panel.id = 'tram-sidebar';
  panel.addClass('tram-SidebarHost');
  panel.title.icon = tramIcon;
  const caption = (): void => {
    // The tab's tooltip tells the state while another panel is open.
    panel.title.caption = status.state.kind === 'connecting' ? 'TRAM' : `TRAM: ${summarise(status.state).title}`;
  };
  caption();
  status.subscribe(caption);
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
  id: 'tram-ext:sidebar',
  description: 'Shows reports, queue, models and status in the left sidebar.',
  autoStart: true,
  requires: [ITramWorkbench],
  optional: [ICommandPalette, ILayoutRestorer, ISettingRegistry],
  activate
};
