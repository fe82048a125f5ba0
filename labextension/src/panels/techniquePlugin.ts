/** Shows techniques with their sentences in all reports, as documents in the main area. */
import { CommandIDs, describedBy } from '../commands';
import { Documents } from '../documents/opener';
import { words } from '../words';
import { textArgument } from '../workbench/selection';
import { trying } from '../workbench/telling';
import { documentPlugin, shortened } from './documentPlugin';
import { tramIcon } from './icon';

export const techniquePlugin = documentPlugin(
  'tram-ext:technique',
  'Shows a technique with its sentences in all reports.',
  ({ app, workbench: host, restorer }) => {
    const documents = new Documents<{ attackId: string }>(app, 'tram-techniques', CommandIDs.openTechnique);
    app.commands.addCommand(CommandIDs.openTechnique, {
      label: words('Open Technique'),
      caption: words('Show a technique with its sentences in all reports'),
      icon: tramIcon,
      describedBy: describedBy(
        { attackId: { type: 'string', description: 'The ATT&CK id of the technique, such as T1059.001' } },
        ['attackId']
      ),
      execute: async args => {
        const attackId = textArgument(args, 'attackId')?.trim().toUpperCase();
        if (attackId === undefined) {
          return undefined;
        }
        return trying(words('The technique could not be opened'), async () => {
          const workbench = await host.load();
          const { name } = await workbench.server.technique(attackId);
          return documents.open({
            args: { attackId },
            id: `tram-technique-${attackId}`,
            title: shortened(`${attackId} ${name}`),
            content: async () => {
              const { TechniqueDocument } = await import('../documents/techniqueDocument');
              return new TechniqueDocument(workbench, attackId, id => void app.commands.execute(CommandIDs.openReport, { id }));
            }
          });
        });
      }
    });
    documents.restore(restorer);
  }
);
