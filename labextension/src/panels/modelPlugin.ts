/** Shows models with their figures and versions, as documents in the main area. */
import { Dialog, showDialog } from '@jupyterlab/apputils';

import { CommandIDs, describedBy } from '../commands';
import { Documents } from '../documents/opener';
import { words } from '../words';
import { textArgument } from '../workbench/selection';
import { reasonOf, tellFailure, trying } from '../workbench/telling';
import { documentPlugin } from './documentPlugin';
import { tramIcon } from './icon';

export const modelPlugin = documentPlugin(
  'tram-ext:model',
  'Shows a model: figures, techniques, history.',
  ({ app, workbench: host, restorer }) => {
    const documents = new Documents<{ name: string }>(app, 'tram-models', CommandIDs.openModel);
    app.commands.addCommand(CommandIDs.openModel, {
      label: words('Open Model'),
      caption: words('Show how good a model is, and its versions'),
      icon: tramIcon,
      describedBy: describedBy({ name: { type: 'string', description: 'The name of the model, such as linear' } }, ['name']),
      execute: async args => {
        const name = textArgument(args, 'name');
        if (name === undefined) {
          return undefined;
        }
        return trying(words('The model could not be opened'), async () => {
          const workbench = await host.load();
          await workbench.server.versions(name);
          return documents.open({
            args: { name },
            id: `tram-model-${name}`,
            title: words('Model %1', name),
            content: async () => {
              const { ModelDocument } = await import('../documents/modelDocument');
              return new ModelDocument(workbench, name, {
                onTrain: () => void app.commands.execute(CommandIDs.train, { name }),
                onTechnique: attackId => void app.commands.execute(CommandIDs.openTechnique, { attackId }),
                confirmRestore: async (version, active) => {
                  const answer = await showDialog({
                    title: words('Use version %1 of %2?', version.version, name),
                    body: comparedWords(version.f1_weighted, active?.f1_weighted ?? null),
                    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: words('Use it') })]
                  });
                  return answer.button.accept;
                },
                failed: error => tellFailure(reasonOf(error))
              });
            }
          });
        });
      }
    });
    documents.restore(restorer);
  }
);

function comparedWords(wanted: number | null, active: number | null): string {
  const rest = words('Reports are mapped with it from then on, in every view; you can go back at any time.');
  if (wanted === null || active === null) {
    return rest;
  }
  const [its, now] = [wanted, active].map(value => (100 * value).toFixed(1)) as [string, string];
  return wanted < active
    ? words('It is worse than the version in use: F1 %1 % instead of %2 %. %3', its, now, rest)
    : words('Its F1 is %1 %, that of the version in use %2 %. %3', its, now, rest);
}
