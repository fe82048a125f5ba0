/** Adds the commands by which reports come in. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { IDefaultFileBrowser, IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { CommandIDs, describedBy } from '../commands';
import { words } from '../words';
import { type Arguments, textArgument } from '../workbench/selection';
import { trying } from '../workbench/telling';
import { ITramWorkbench } from '../workbench/token';
import { ExportFactory } from './exportFactory';
import { tramIcon } from './icon';
import type * as intaking from './intake';
import { isReadable } from './readable';

const ID = 'tram-ext:upload';

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
  launcher: ILauncher | null,
  registry: ISettingRegistry | null
): void {
  const { commands } = app;
  /** The model that an argument names, or else the settings do. */
  const modelOf = async (args: Arguments): Promise<string | undefined> => {
    const settings = await registry?.load(ID).catch(() => null);
    const preferred = settings?.composite['model'];
    return textArgument(args, 'model') ?? (typeof preferred === 'string' && preferred !== '' ? preferred : undefined);
  };
  const model = { type: 'string', description: 'The model that maps it; the default one without it' };
  const intake = (failure: string, work: (intake: intaking.Intake, code: typeof intaking) => Promise<void>): Promise<void> =>
    trying(failure, async () => {
      const code = await import('./intake');
      await work(new code.Intake(app, await workbench.load()), code);
    });

  commands.addCommand(CommandIDs.upload, {
    label: args => (args['isLauncher'] ? words('Map a Report') : words('Upload Reports…')),
    caption: words('Map reports from your computer to ATT&CK'),
    icon: tramIcon,
    describedBy: describedBy({ model, isLauncher: { type: 'boolean', description: 'Whether the launcher shows the command' } }),
    execute: args =>
      intake(words('The files could not be uploaded'), async (it, { askForFiles }) => {
        const files = (args['files'] as unknown as File[] | undefined) ?? (await askForFiles());
        await it.files(files, await modelOf(args));
      })
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
    execute: args =>
      intake(words('The files could not be mapped'), async it => {
        const paths = pathsOf(args, browser, byDefault);
        await it.paths(paths.length > 1 ? paths.filter(isReadable) : paths, await modelOf(args));
      })
  });
  commands.addCommand(CommandIDs.importReport, {
    label: words('Import TRAM Report…'),
    caption: words('Import a report export into the workbench'),
    icon: tramIcon,
    describedBy: describedBy({ path: { type: 'string', description: 'The path of the export in the file browser' } }),
    isVisible: args => pathsOf(args, browser, byDefault).every(path => path.toLowerCase().endsWith('.json')),
    execute: args =>
      intake(words('The report could not be imported'), async it => {
        const [path] = pathsOf(args, browser, byDefault);
        if (path !== undefined) {
          await it.importExport(path);
        }
      })
  });
  commands.addCommand(CommandIDs.openSample, {
    label: words('Open a Sample Report'),
    caption: words('Map a report that comes with TRAM, to try it out'),
    icon: tramIcon,
    describedBy: describedBy({}),
    execute: () => intake(words('The sample could not be mapped'), it => it.sample())
  });
  for (const command of [CommandIDs.upload, CommandIDs.mapFile, CommandIDs.openSample]) {
    palette?.addItem({ command, category: 'ATT&CK' });
  }
  const exports = new ExportFactory(
    { name: 'TRAM Report', label: words('TRAM Report'), fileTypes: ['json'], readOnly: true },
    path => commands.execute(CommandIDs.importReport, { path })
  );
  // Its type differs from the one asked for in an option that may be undefined, and here is.
  app.docRegistry.addWidgetFactory(exports as unknown as DocumentRegistry.WidgetFactory);
  launcher?.add({ command: CommandIDs.upload, category: 'ATT&CK', rank: 0, args: { isLauncher: true } });
  launcher?.add({ command: CommandIDs.openMatrix, category: 'ATT&CK', rank: 1 });
}

export const uploadPlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Maps uploaded files, and files of the server where they are.',
  autoStart: true,
  requires: [ITramWorkbench],
  optional: [IFileBrowserFactory, IDefaultFileBrowser, ICommandPalette, ILauncher, ISettingRegistry],
  activate
};
