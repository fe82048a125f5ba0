/** The content of the sidebar, made when it is first shown. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';

import { CommandIDs } from '../commands';
import type { SidebarActions } from '../sidebar/actions';
import type { SectionName } from '../sidebar/Sidebar';
import { summarise } from '../status/status';
import { words } from '../words';
import { trying } from '../workbench/telling';
import type { TramWorkbench } from '../workbench/token';
import type { LazyPanel } from './lazyPanel';
import { SidebarWidget } from './sidebarWidget';

function actionsOf(app: JupyterFrontEnd, { server, model, status }: TramWorkbench): SidebarActions {
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

/** Fill the panel, and let it tell the models whether somebody looks. */
export async function sidebarContent(
  app: JupyterFrontEnd,
  workbench: TramWorkbench,
  panel: LazyPanel,
  registry: ISettingRegistry | null,
  plugin: string
): Promise<SidebarWidget> {
  const { model, status } = workbench;
  // Without its settings it shows everything.
  const settings = (await registry?.load(plugin).catch(() => null)) ?? null;
  const widget = new SidebarWidget({
    status,
    model,
    actions: actionsOf(app, workbench),
    sections: () => sectionsOf(settings),
    tour: () => (settings?.composite['tour'] === true ? () => void settings.set('tour', false) : null)
  });
  settings?.changed.connect(() => widget.update());
  let unwatch: (() => void) | null = null;
  panel.follow(visible => {
    status.setVisible(visible);
    if (visible) {
      unwatch ??= model.watch();
    } else {
      unwatch?.();
      unwatch = null;
    }
  });
  const caption = (): void => {
    // The tab's tooltip tells the state while another panel is open.
    panel.title.caption = status.state.kind === 'connecting' ? 'TRAM' : `TRAM: ${summarise(status.state).title}`;
  };
  caption();
  status.subscribe(caption);
  return widget;
}
