/** Makes plugins that open documents in the main area. */
import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { ITramWorkbench } from '../workbench/token';

/** What such a plugin is given. */
export interface Host {
  app: JupyterFrontEnd;
  workbench: ITramWorkbench;
  restorer: ILayoutRestorer | null;
  palette: ICommandPalette | null;
  registry: ISettingRegistry | null;
}

/** Characters of a name that fit into a tab. */
const LONGEST_TITLE = 60;

export function shortened(name: string): string {
  return name.length > LONGEST_TITLE ? `${name.slice(0, LONGEST_TITLE - 1)}…` : name;
}

export function documentPlugin(id: string, description: string, activate: (host: Host) => void): JupyterFrontEndPlugin<void> {
  return {
    id,
    description,
    autoStart: true,
    requires: [ITramWorkbench],
    optional: [ILayoutRestorer, ICommandPalette, ISettingRegistry],
    activate: (
      app: JupyterFrontEnd,
      workbench: ITramWorkbench,
      restorer: ILayoutRestorer | null,
      palette: ICommandPalette | null,
      registry: ISettingRegistry | null
    ) => activate({ app, workbench, restorer, palette, registry })
  };
}
