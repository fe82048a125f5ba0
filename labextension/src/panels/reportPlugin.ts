/** Opens reports for review as documents in the main area. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';

import type { HostAction } from '../annotator/ActionMenu';
import { EVERYTHING, PROPOSALS } from '../annotator/rowsQuery';
import type { RowsQuery, SentenceOrder } from '../annotator/types';
import { CommandIDs, describedBy } from '../commands';
import { Documents } from '../documents/opener';
import { words } from '../words';
import { reportArgument } from '../workbench/selection';
import { trying } from '../workbench/telling';
import { documentPlugin, shortened } from './documentPlugin';
import { tramIcon } from './icon';

const ID = 'tram-ext:report';
const ORDERS: readonly SentenceOrder[] = ['reading', 'certainty', 'uncertainty'];

type Keys = Readonly<Record<string, readonly string[]>>;

/** What the settings say of reports; without settings they show the proposals, under the usual keys. */
async function settingsOf(
  registry: ISettingRegistry | null
): Promise<{ query: RowsQuery; keys: Keys; showsDocument: boolean }> {
  const settings = await registry?.load(ID).catch(() => null);
  const { queue, order, keys, threshold, document } = settings?.composite ?? {};
  const query = queue === 'all' ? EVERYTHING : PROPOSALS;
  const least = typeof threshold === 'number' && threshold > 0 && queue !== 'all' ? threshold : query.filter.least;
  return {
    query: { filter: { ...query.filter, least }, order: ORDERS.find(known => known === order) ?? query.order },
    showsDocument: document === true,
    // The registry holds them against the schema.
    keys: (keys ?? {}) as unknown as Keys
  };
}

/** The commands on a report that its toolbar offers. */
function actionsOf({ commands }: JupyterFrontEnd, id: number): HostAction[] {
  const { exportReport, downloadDocument, remapReport, renameReport, insertCode, openMatrix } = CommandIDs;
  const own = [exportReport, downloadDocument, remapReport, renameReport, insertCode].map(command => ({
    label: commands.label(command, { id }),
    run: () => void commands.execute(command, { id })
  }));
  return [...own, { label: words('Matrix in a Tab of Its Own'), run: () => void commands.execute(openMatrix, { ids: [id] }) }];
}

export const reportPlugin = documentPlugin(
  ID,
  'Opens reports for review in the main area.',
  ({ app, workbench: host, restorer, registry }) => {
    const documents = new Documents<{ id: number }>(app, 'tram-reports', CommandIDs.openReport);
    app.commands.addCommand(CommandIDs.openReport, {
      label: words('Open Report'),
      caption: words('Review a report: its sentences and their techniques'),
      icon: tramIcon,
      describedBy: describedBy({ id: { type: 'integer', minimum: 1, description: 'The number of the report' } }, ['id']),
      execute: async args => {
        const id = reportArgument(app, args);
        if (id === undefined) {
          return undefined;
        }
        return trying(words('The report could not be opened'), () =>
          documents.open({
            args: { id },
            id: `tram-report-${id}`,
            title: words('Report %1', id),
            content: async () => {
              const { ReportDocument } = await import('../documents/reportDocument');
              const document = new ReportDocument(await host.load(), id, {
                ...(await settingsOf(registry)),
                actions: actionsOf(app, id),
                named: name => {
                  const { title } = document.parent ?? document;
                  title.label = shortened(name);
                  title.caption = name;
                }
              });
              return document;
            }
          })
        );
      }
    });
    documents.restore(restorer);
  }
);
