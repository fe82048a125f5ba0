/** What is done with a whole report: export, download, rename, delete, train on it, use it in code. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, InputDialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { ReportOutline } from '../api/tramServer';
import { CommandIDs, describedBy } from '../commands';
import { counted, words } from '../words';
import { reportArgument, textArgument } from '../workbench/selection';
import { trying } from '../workbench/telling';
import { ITramWorkbench } from '../workbench/token';

/** The formats of exports, as `tram_ext/exports` names them, with what each is for. */
export const FORMATS: readonly (readonly [string, string])[] = [
  ['navigator', 'ATT&CK Navigator layer'],
  ['stix', 'STIX 2.1 bundle'],
  ['csv', 'Table (CSV)'],
  ['docx', 'Word document'],
  ['json', 'TRAM report export (JSON)']
];

const ID = { id: { type: 'integer', minimum: 1, description: 'The number of the report; without it, the one in front' } };

/** Let the browser save what an address answers. */
function save(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  document.body.append(link);
  link.click();
  link.remove();
}

async function outlineOf(workbench: ITramWorkbench, id: number): Promise<ReportOutline> {
  const known = workbench.model.contents?.reports.find(report => report.id === id);
  const found = known ?? (await workbench.server.reports()).find(report => report.id === id);
  if (found === undefined) {
    throw new Error(words('There is no report with the number %1.', id));
  }
  return found;
}

type ReportCommand = (report: ReportOutline, args: ReadonlyPartialJSONObject) => Promise<unknown>;

function activate(app: JupyterFrontEnd, workbench: ITramWorkbench, palette: ICommandPalette | null): void {
  const { server, model } = workbench;
  const add = (
    id: string,
    label: string,
    failure: string,
    work: ReportCommand,
    properties: Parameters<typeof describedBy>[0] = ID
  ): void => {
    app.commands.addCommand(id, {
      label,
      describedBy: describedBy(properties),
      execute: async args => {
        const number = reportArgument(app, args);
        if (number !== undefined) {
          await trying(failure, async () => work(await outlineOf(workbench, number), args));
          void model.refresh();
        }
      }
    });
  };

  add(
    CommandIDs.exportReport,
    words('Export Report…'),
    words('The report could not be exported'),
    async (report, args) => {
      const format = textArgument(args, 'format') ?? (await askFormat(report));
      if (format !== undefined) {
        save(server.exportUrl(report.id, format));
      }
    },
    { ...ID, format: { type: 'string', enum: FORMATS.map(([name]) => name), description: 'The format; asked for without it' } }
  );
  add(
    CommandIDs.downloadDocument,
    words('Download Original Document'),
    words('The document could not be downloaded'),
    async report => {
      if (report.document_id === null || report.media_type === null) {
        throw new Error(words('this report has no document on the server.'));
      }
      save(server.documentUrl(report.document_id));
    }
  );
  add(CommandIDs.renameReport, words('Rename Report…'), words('The report could not be renamed'), async report => {
    const answer = await InputDialog.getText({
      title: words('Rename Report'),
      text: report.name,
      okLabel: words('Rename'),
      required: true
    });
    if (answer.button.accept && answer.value !== null && answer.value !== report.name) {
      await server.rename(report.id, answer.value, report.version);
    }
  });
  add(CommandIDs.deleteReport, words('Delete Report…'), words('The report could not be deleted'), async report => {
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
  });
  add(CommandIDs.useForTraining, words('Use for Training'), words('The report could not be changed'), async report => {
    await server.useForTraining(report.id, !report.use_for_training);
    const said = report.use_for_training
      ? words('“%1” is left out of trainings from now on.', report.name)
      : words('“%1” is used for trainings from now on.', report.name);
    Notification.success(said, { autoClose: 4000 });
  });
  add(CommandIDs.insertCode, words('Insert Code for This Report'), words('No code was inserted'), async report => {
    const { commands } = app;
    if (!commands.hasCommand('notebook:insert-cell-below') || !commands.isEnabled('notebook:insert-cell-below')) {
      throw new Error(words('open a notebook first, and place its cursor where the code belongs.'));
    }
    const code = `import tram_ext\n\nworkbench = tram_ext.connect()\nreport = workbench.report(${report.id})\nworkbench.sentences(report)`;
    await commands.execute('notebook:insert-cell-below');
    await commands.execute('notebook:replace-selection', { text: code });
  });
  palette?.addItem({ command: CommandIDs.exportReport, category: 'ATT&CK' });
  palette?.addItem({ command: CommandIDs.insertCode, category: 'ATT&CK' });
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
  const parts = [
    counted('%1 sentence with its techniques goes', '%1 sentences with their techniques go', report.total),
    counted('%1 decision goes with them', '%1 decisions go with them', report.accepted + report.rejected)
  ];
  if (report.document_id !== null) {
    parts.push(words('and so does the uploaded document'));
  }
  return words('%1. This cannot be undone.', parts.join(', '));
}

export const reportActionsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'tram-ext:report-actions',
  description: 'Exports, renames and deletes reports, and uses them in training and code.',
  autoStart: true,
  requires: [ITramWorkbench],
  optional: [ICommandPalette],
  activate
};
