/** A model in the main area: its data, read again when a training ends. */
import '../../style/annotator.css';
import '../../style/documents.css';
import { ReactWidget } from '@jupyterlab/ui-components';
import { useCallback, useEffect, useState } from 'react';

import type { Card, Comparison, LearningCurve, Version } from '../api/tramServer';
import { isUnderWay } from '../models/workbenchModel';
import { words } from '../words';
import type { TramWorkbench } from '../workbench/token';
import { ModelView } from './ModelView';
import { versionBefore } from './modelFigures';

type Workbench = Pick<TramWorkbench, 'server' | 'model' | 'status'>;

export interface ModelDocumentOptions {
  onTrain: () => void;
  onTechnique: (attackId: string) => void;
  /** Ask before an older version goes into use; true to go on. */
  confirmRestore: (version: Version, active: Version | null) => Promise<boolean>;
  failed: (error: unknown) => void;
}

interface Loaded {
  card: Card;
  comparison: Comparison | null;
  versions: Version[];
  curve: LearningCurve | null;
}

async function load({ server }: Workbench, name: string, version: number | null): Promise<Loaded> {
  const versions = await server.versions(name);
  const active = versions.find(item => item.active) ?? versions[0];
  const shown = version ?? active?.version;
  const [card, curves] = await Promise.all([server.card(name, shown), server.learningCurves(name)]);
  const before = versionBefore(versions, card.version);
  const comparison = before === null ? null : await server.compare(`${name}:${before.version}`, `${name}:${card.version}`);
  return { card, comparison, versions, curve: curves.find(item => item.state === 'Done') ?? null };
}

function FollowedModel({
  workbench,
  name,
  options
}: {
  workbench: Workbench;
  name: string;
  options: ModelDocumentOptions;
}): React.JSX.Element {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [version, setVersion] = useState<number | null>(null);
  const [, redraw] = useState(0);
  const read = useCallback(() => {
    load(workbench, name, version).then(
      found => {
        setLoaded(found);
        setFailure(null);
      },
      (error: unknown) => setFailure(error instanceof Error ? error.message : String(error))
    );
  }, [workbench, name, version]);
  useEffect(() => {
    read();
    const unwatch = workbench.model.watch();
    const unsubscribe = workbench.model.subscribe(() => redraw(count => count + 1));
    const unhear = workbench.model.onEnding(ending => {
      if (ending.kind === 'training' && ending.training.model === name) {
        setVersion(null);
        read();
      }
    });
    return () => {
      unwatch();
      unsubscribe();
      unhear();
    };
  }, [workbench, name, read]);
  if (failure !== null || loaded === null) {
    return (
      <article className="tram-Annotator tram-Model">
        <p role={failure === null ? undefined : 'alert'}>{failure ?? words('Reading the model…')}</p>
      </article>
    );
  }
  const running = workbench.model.contents?.trainings.find(item => item.model === name && isUnderWay(item));
  const { state } = workbench.status;
  const mayTrain = state.kind === 'answered' && state.status.user != null && state.status.user.role !== 'viewer';
  const restore = async (wanted: number): Promise<void> => {
    const target = loaded.versions.find(item => item.version === wanted);
    if (target === undefined || !(await options.confirmRestore(target, loaded.versions.find(item => item.active) ?? null))) {
      return;
    }
    try {
      await workbench.server.restore(name, wanted);
      setVersion(null);
      read();
      void workbench.model.refresh();
    } catch (error) {
      options.failed(error);
    }
  };
  return (
    <ModelView
      {...loaded}
      mayTrain={mayTrain}
      training={running === undefined ? null : running.progress}
      onTrain={options.onTrain}
      onShow={setVersion}
      onRestore={wanted => void restore(wanted)}
      onTechnique={options.onTechnique}
    />
  );
}

export class ModelDocument extends ReactWidget {
  constructor(
    private readonly workbench: Workbench,
    readonly model: string,
    private readonly options: ModelDocumentOptions
  ) {
    super();
    this.addClass('tram-AnnotatorHost');
    this.addClass('tram-Document');
  }

  protected override render(): React.JSX.Element {
    return <FollowedModel workbench={this.workbench} name={this.model} options={this.options} />;
  }
}
