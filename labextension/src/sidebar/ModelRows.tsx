/** The models, each with the version in use. */
import { Time } from '@jupyterlab/coreutils';
import { runIcon } from '@jupyterlab/ui-components';

import type { ModelEntry } from '../api/tramServer';
import { words } from '../words';
import type { SidebarActions } from './actions';
import { RowButton } from './RowButton';

function noteOf({ active }: ModelEntry): string {
  if (active === null) {
    return words('Not trained yet');
  }
  const f1 = active.f1_weighted;
  const measured = f1 === null ? words('not measured') : words('F1 %1', f1.toFixed(2));
  return words('Version %1 · %2', active.version, measured);
}

export interface ModelRowsProps {
  models: readonly ModelEntry[];
  mayReview: boolean;
  /** Names of the models that are being trained. */
  training: ReadonlySet<string>;
  actions: SidebarActions;
}

/** Trained models, the default one first; the others are offered by the menu. */
export function shownModels(models: readonly ModelEntry[]): ModelEntry[] {
  const shown = models.filter(model => model.active !== null || model.is_default);
  return shown.sort((one, other) => Number(other.is_default) - Number(one.is_default));
}

export function ModelRows({ models, mayReview, training, actions }: ModelRowsProps): React.JSX.Element {
  const shown = shownModels(models);
  if (shown.length === 0) {
    return <p className="tram-Section-empty">{words('No model is trained yet.')}</p>;
  }
  return (
    <ul className="tram-Items" aria-label={words('Models')}>
      {shown.map(model => (
        <li className="tram-Item" key={model.model} data-tram-model={model.model}>
          <button type="button" data-row className="tram-Item-main" onClick={() => actions.openModel(model.model)}>
            <span className="tram-Item-name">
              {model.model}
              {model.is_default && <span className="tram-Item-badge">{words('default')}</span>}
            </span>
            <span className="tram-Item-note">
              <span>{noteOf(model)}</span>
              {model.active && (
                <span className="tram-Item-byline">{Time.formatHuman(new Date(model.active.created_on), 'narrow')}</span>
              )}
            </span>
          </button>
          <span className="tram-Item-actions">
            {mayReview && (
              <RowButton
                icon={runIcon}
                label={words('Train %1 on the accepted sentences', model.model)}
                disabled={training.has(model.model)}
                onClick={() => actions.train(model.model)}
              />
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
