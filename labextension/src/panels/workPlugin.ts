/** Trainings and jobs: started, cancelled and tried again by commands, and told of when they end. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';

import { CommandIDs, describedBy } from '../commands';
import type { Ending } from '../models/workbenchModel';
import { words } from '../words';
import { numberArgument, textArgument } from '../workbench/selection';
import { tellFailure, trying } from '../workbench/telling';
import { ITramWorkbench } from '../workbench/token';

/** Milliseconds for which an end is shown; the notification centre keeps it. */
const TOLD_MS = 15_000;

const JOB = { id: { type: 'integer', minimum: 1, description: 'The number of the job' } };

function tellOf(app: JupyterFrontEnd, ending: Ending): void {
  if (ending.kind === 'training') {
    const { training } = ending;
    if (training.created_by === null) {
      return; // The workbench trains its default model by itself.
    }
    const { model } = training;
    const actions = [
      { label: words('Compare'), callback: () => void app.commands.execute(CommandIDs.openModel, { name: model }) }
    ];
    if (training.state === 'Done') {
      const f1 = training.result?.f1_weighted ?? null;
      const measured = f1 === null ? '' : words(' F1 %1 %.', (100 * f1).toFixed(1));
      Notification.success(words('%1 is trained: version %2.', model, training.result?.version ?? '') + measured, {
        autoClose: TOLD_MS,
        actions
      });
    } else if (training.state !== 'Cancelled') {
      tellFailure(words('The training of %1 failed: %2', model, training.message));
    }
    return;
  }
  const { job } = ending;
  if (job.status === 'Done' && job.report_id !== null) {
    const id = job.report_id;
    Notification.success(words('“%1” is mapped.', job.name), {
      autoClose: TOLD_MS,
      actions: [{ label: words('Review'), callback: () => void app.commands.execute(CommandIDs.openReport, { id }) }]
    });
  } else if (job.status === 'Error') {
    tellFailure(words('“%1” could not be mapped: %2', job.name, job.message));
  }
}

function activate(app: JupyterFrontEnd, workbench: ITramWorkbench, palette: ICommandPalette | null): void {
  const { server, model } = workbench;
  const { commands } = app;
  const refreshed = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    await trying(what, work);
    await model.refresh();
  };
  commands.addCommand(CommandIDs.train, {
    label: words('Train Model'),
    caption: words('Train a model on the accepted sentences'),
    describedBy: describedBy({ name: { type: 'string', description: 'The name of the model; the default one without it' } }),
    execute: args =>
      refreshed(words('The training did not start'), async () => {
        const name = textArgument(args, 'name') ?? (await server.models()).find(entry => entry.is_default)?.model ?? 'linear';
        await server.train(name);
      })
  });
  commands.addCommand(CommandIDs.cancelJob, {
    label: words('Cancel Job'),
    describedBy: describedBy(JOB, ['id']),
    execute: args => {
      const id = numberArgument(args, 'id');
      return id === undefined ? undefined : refreshed(words('The job could not be cancelled'), () => server.cancelJob(id));
    }
  });
  commands.addCommand(CommandIDs.retryJob, {
    label: words('Try Job Again'),
    describedBy: describedBy(JOB, ['id']),
    execute: args => {
      const id = numberArgument(args, 'id');
      return id === undefined ? undefined : refreshed(words('The job could not be tried again'), () => server.retryJob(id));
    }
  });
  palette?.addItem({ command: CommandIDs.train, category: 'ATT&CK' });
  model.onEnding(ending => tellOf(app, ending));
}

export const workPlugin: JupyterFrontEndPlugin<void> = {
  id: 'tram-ext:work',
  description: 'Starts, cancels and follows trainings and jobs.',
  autoStart: true,
  requires: [ITramWorkbench],
  optional: [ICommandPalette],
  activate
};
