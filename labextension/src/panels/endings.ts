/** Tells of jobs and trainings when they end. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';

import { CommandIDs } from '../commands';
import type { Ending } from '../models/workbenchModel';
import { words } from '../words';
import { tellFailure } from '../workbench/telling';

/** Milliseconds for which an end is shown; the notification centre keeps it. */
const TOLD_MS = 15_000;

export function tellOf(app: JupyterFrontEnd, ending: Ending): void {
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
