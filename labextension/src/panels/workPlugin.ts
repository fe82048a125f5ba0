/** Adds the commands on trainings and jobs, and tells of these when they end. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';

import { CommandIDs, describedBy } from '../commands';
import { words } from '../words';
import { numberArgument, textArgument } from '../workbench/selection';
import { trying } from '../workbench/telling';
import { ITramWorkbench, type TramWorkbench } from '../workbench/token';

const JOB = { id: { type: 'integer', minimum: 1, description: 'The number of the job' } };

function activate(app: JupyterFrontEnd, workbench: ITramWorkbench, palette: ICommandPalette | null): void {
  const { commands } = app;
  const refreshed = (what: string, work: (server: TramWorkbench['server']) => Promise<unknown>): Promise<void> =>
    trying(what, async () => {
      const { server, model } = await workbench.load();
      await work(server).finally(() => void model.refresh());
    });
  commands.addCommand(CommandIDs.train, {
    label: words('Train Model'),
    caption: words('Train a model on the accepted sentences'),
    describedBy: describedBy({ name: { type: 'string', description: 'The name of the model; the default one without it' } }),
    execute: args =>
      refreshed(words('The training did not start'), async server => {
        const name = textArgument(args, 'name') ?? (await server.models()).find(entry => entry.is_default)?.model ?? 'linear';
        await server.train(name);
      })
  });
  commands.addCommand(CommandIDs.cancelJob, {
    label: words('Cancel Job'),
    describedBy: describedBy(JOB, ['id']),
    execute: args => {
      const id = numberArgument(args, 'id');
      return id === undefined ? undefined : refreshed(words('The job could not be cancelled'), server => server.cancelJob(id));
    }
  });
  commands.addCommand(CommandIDs.retryJob, {
    label: words('Try Job Again'),
    describedBy: describedBy(JOB, ['id']),
    execute: args => {
      const id = numberArgument(args, 'id');
      return id === undefined ? undefined : refreshed(words('The job could not be tried again'), server => server.retryJob(id));
    }
  });
  palette?.addItem({ command: CommandIDs.train, category: 'ATT&CK' });
  void workbench.loaded.then(async ({ model }) => {
    const { tellOf } = await import('./endings');
    model.onEnding(ending => tellOf(app, ending));
  });
}

export const workPlugin: JupyterFrontEndPlugin<void> = {
  id: 'tram-ext:work',
  description: 'Starts, cancels and follows trainings and jobs.',
  autoStart: true,
  requires: [ITramWorkbench],
  optional: [ICommandPalette],
  activate
};
