/** What is done with a whole report: export, download, rename, delete, train on it, use it in code. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, InputDialog, Notification, showDialog } from '@jupyterlab/apputils';

import type { ModelEntry, ReportOutline } from '../api/tramServer';
import { CommandIDs } from '../commands';
import { counted, words } from '../words';
import { type Arguments, textArgument } from '../workbench/selection';
import type { TramWorkbench } from '../workbench/token';
import { FORMATS } from './formats';

/** Let the browser save what an address answers. */
function save(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  document.body.append(link);
  link.click();
  link.remove();
}

async function outlineOf(workbench: TramWorkbench, id: number): Promise<ReportOutline> {
  const known = workbench.model.contents?.reports.find(report => report.id === id);
  const found = known ?? (await workbench.server.reports()).find(report => report.id === id);
  if (found === undefined) {
    throw new Error(words('There is no report with the number %1.', id));
  }
  return found;
}

type Action = (report: ReportOutline, args: Arguments) => Promise<unknown>;

/** The actions, by the command that runs each. */
function actionsOf(app: JupyterFrontEnd, { server }: TramWorkbench): Readonly<Record<string, Action>> {
  return {
    [CommandIDs.exportReport]: async (report, args) => {
      const format = textArgument(args, 'format') ?? (await askFormat(report));
      if (format !== undefined) {
        save(server.exportUrl(report.id, format));
      }
    },
    [CommandIDs.downloadDocument]: async report => {
      if (report.document_id === null || report.media_type === null) {
        throw new Error(words('this report has no document on the server.'));
      }
      save(server.documentUrl(report.document_id));
    },
    [CommandIDs.remapReport]: async (report, args) => {
      const model = textArgument(args, 'model') ?? (await askModel(report, await server.models()));
      if (model !== undefined) {
        const { changed } = await server.remap(report.id, model);
        Notification.success(
          words('“%1” is mapped again by %2: %3. What people decided stays.', report.name, model, proposalsWords(changed)),
          { autoClose: 6000 }
        );
      }
    },
    [CommandIDs.renameReport]: async report => {
      const answer = await InputDialog.getText({
        title: words('Rename Report'),
        text: report.name,
        okLabel: words('Rename'),
        required: true
      });
      if (answer.button.accept && answer.value !== null && answer.value !== report.name) {
        await server.rename(report.id, answer.value, report.version);
      }
    },
    [CommandIDs.deleteReport]: async report => {
      const answer = await showDialog({
        title: words('Delete “%1”?', report.name),
        body: deletionWords(report),
        buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: words('Delete') })],
        defaultButton: 0
      });
      if (answer.button.accept) {
        await server.deleteReport(report.id);
        [...app.shell.widgets('main')].find(widget => widget.id === `tram-report-${report.id}`)?.dispose();
      }
    },
    [CommandIDs.useForTraining]: async report => {
      await server.useForTraining(report.id, !report.use_for_training);
      const said = report.use_for_training
        ? words('“%1” is left out of trainings from now on.', report.name)
        : words('“%1” is used for trainings from now on.', report.name);
      Notification.success(said, { autoClose: 4000 });
    },
    [CommandIDs.insertCode]: async report => {
      const { commands } = app;
      if (!commands.hasCommand('notebook:insert-cell-below') || !commands.isEnabled('notebook:insert-cell-below')) {
        throw new Error(words('open a notebook first, and place its cursor where the code belongs.'));
      }
      const code = `import tram_ext\n\nworkbench = tram_ext.workbench()\nreport = workbench.report(${report.id})\nworkbench.sentences(report)`;
      await commands.execute('notebook:insert-cell-below');
      await commands.execute('notebook:replace-selection', { text: code });
    }
  };
}

/** Run a command on a report. */
export async function runReportAction(
  app: JupyterFrontEnd,
  workbench: TramWorkbench,
  command: string,
  id: number,
  args: Arguments
): Promise<void> {
  await actionsOf(app, workbench)[command]?.(await outlineOf(workbench, id), args);
  void workbench.model.refresh();
}

function proposalsWords(count: number): string {
  return counted('%1 proposal differs', '%1 proposals differ', count);
}

async function askModel(report: ReportOutline, models: readonly ModelEntry[]): Promise<string | undefined> {
  const trained = models.filter(entry => entry.active !== null).map(entry => entry.model);
  if (trained.length === 0) {
    throw new Error(words('no model is trained yet.'));
  }
  const answer = await InputDialog.getItem({
    title: words('Map “%1” Again', report.name),
    label: words('Its proposals are replaced; what people decided stays.'),
    items: trained,
    current: Math.max(0, trained.indexOf(report.ml_model)),
    okLabel: words('Map Again')
  });
  return answer.button.accept ? (answer.value ?? undefined) : undefined;
}

async function askFormat(report: ReportOutline): Promise<string | undefined> {
  const labels = FORMATS.map(([, label]) => words(label));
  const answer = await InputDialog.getItem({
    title: words('Export “%1”', report.name),
    label: words('Format'),
    items: labels,
    okLabel: words('Export')
  });
  return answer.button.accept ? FORMATS[labels.indexOf(answer.value ?? '')]?.[0] : undefined;
}

function deletionWords(report: ReportOutline): string {
  const parts = [counted('%1 sentence with its techniques goes', '%1 sentences with their techniques go', report.total)];
  const decisions = report.accepted + report.rejected;
  if (decisions > 0) {
    parts.push(counted('%1 decision goes with them', '%1 decisions go with them', decisions));
  }
  if (report.document_id !== null) {
    parts.push(words('and so does the uploaded document'));
  }
  return words('%1. This cannot be undone.', parts.join(', '));
}
