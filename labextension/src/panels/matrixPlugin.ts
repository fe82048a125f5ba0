/** Shows the techniques of reports on the ATT&CK matrix, as documents in the main area. */
import { CommandIDs, describedBy } from '../commands';
import { Documents } from '../documents/opener';
import { counted, words } from '../words';
import { reportArgument } from '../workbench/selection';
import { trying } from '../workbench/telling';
import { documentPlugin, shortened } from './documentPlugin';
import { tramIcon } from './icon';

function idsOf(value: unknown): number[] | null {
  const found = Array.isArray(value) ? value.filter((item): item is number => Number.isInteger(item) && item > 0) : [];
  return found.length > 0 ? [...new Set(found)].sort((one, other) => one - other) : null;
}

export const matrixPlugin = documentPlugin(
  'tram-ext:matrix',
  'Shows the techniques of reports on the ATT&CK matrix.',
  ({ app, workbench: host, restorer, palette }) => {
    const documents = new Documents<{ ids?: number[] }>(app, 'tram-matrices', CommandIDs.openMatrix);
    const titleOf = async (ids: number[] | null): Promise<string> => {
      const [only] = ids ?? [];
      if (ids === null) {
        return words('ATT&CK Matrix');
      }
      return ids.length === 1 && only !== undefined
        ? words('Matrix of %1', (await (await host.load()).server.report(only)).name)
        : counted('Matrix of %1 report', 'Matrix of %1 reports', ids.length);
    };
    app.commands.addCommand(CommandIDs.openMatrix, {
      label: words('ATT&CK Matrix'),
      caption: words('Show the techniques of all reports, or of some, on the matrix'),
      icon: tramIcon,
      describedBy: describedBy({
        ids: { type: 'array', items: { type: 'integer' }, description: 'The numbers of the reports; all without them' }
      }),
      execute: args =>
        trying(words('The matrix could not be opened'), async () => {
          const clicked = args['isContextMenu'] === true ? reportArgument(app, args) : undefined;
          const ids = idsOf(args['ids']) ?? (clicked === undefined ? null : [clicked]);
          const title = await titleOf(ids);
          const [only] = ids ?? [];
          return documents.open({
            args: ids === null ? {} : { ids },
            id: `tram-matrix-${ids?.join('-') ?? 'all'}`,
            title: shortened(title),
            content: async () => {
              const { MatrixDocument } = await import('../documents/matrixDocument');
              return new MatrixDocument(await host.load(), ids, {
                title,
                onChoose: attackId => void app.commands.execute(CommandIDs.openTechnique, { attackId }),
                ...(ids?.length === 1 && only !== undefined
                  ? { onLayer: () => void app.commands.execute(CommandIDs.exportReport, { id: only, format: 'navigator' }) }
                  : {})
              });
            }
          });
        })
    });
    palette?.addItem({ command: CommandIDs.openMatrix, category: 'ATT&CK' });
    documents.restore(restorer);
  }
);
