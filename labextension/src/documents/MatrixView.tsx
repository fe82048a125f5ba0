/** The ATT&CK matrix of some reports, or of all. */
import { useCallback, useEffect, useState } from 'react';

import { Heatmap } from '../annotator/Heatmap';
import type { Column } from '../annotator/matrix';
import { keepFile, matrixSvg, pngOf } from '../annotator/matrixImage';
import { AttackIndex } from '../annotator/search';
import type { EvidenceBody, TechniqueCount } from '../annotator/types';
import { words } from '../words';

export interface MatrixViewProps {
  title: string;
  attack: AttackIndex | null;
  counts: readonly TechniqueCount[] | null;
  failure: string | null;
  evidence: (attackId: string) => Promise<EvidenceBody[]>;
  onChoose: (attackId: string) => void;
  /** Makes the Navigator layer; absent where the matrix is of several reports. */
  onLayer?: () => void;
}

function fileName(title: string): string {
  return title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'matrix';
}

function Exports({
  title,
  version,
  columns,
  onLayer
}: { title: string; version: string; columns: readonly Column[] } & Pick<MatrixViewProps, 'onLayer'>): React.JSX.Element {
  const [failure, setFailure] = useState('');
  const svg = (): string => matrixSvg(columns, title, version);
  const keepPng = (): void => {
    setFailure('');
    pngOf(svg()).then(
      png => keepFile(`${fileName(title)}.png`, png),
      (error: unknown) => setFailure(error instanceof Error ? error.message : String(error))
    );
  };
  return (
    <span className="tram-Buttons" role="group" aria-label={words('Export')}>
      <button
        type="button"
        className="tram-Button"
        onClick={() => keepFile(`${fileName(title)}.svg`, new Blob([svg()], { type: 'image/svg+xml' }))}
      >
        SVG
      </button>
      <button type="button" className="tram-Button" onClick={keepPng}>
        PNG
      </button>
      {onLayer && (
        <button type="button" className="tram-Button" onClick={onLayer}>
          {words('Navigator layer')}
        </button>
      )}
      {failure !== '' && <span role="alert">{failure}</span>}
    </span>
  );
}

export function MatrixView(props: MatrixViewProps): React.JSX.Element {
  const { title, attack, counts, failure, evidence, onChoose, onLayer } = props;
  return (
    <section className="tram-Annotator tram-Matrix" aria-label={title}>
      <h2 className="tram-Toolbar-name">{title}</h2>
      {failure !== null && <p role="alert">{failure}</p>}
      <Heatmap
        attack={attack}
        counts={counts}
        evidence={evidence}
        chooseLabel={words('open the technique')}
        onChoose={onChoose}
        actions={columns => (
          <Exports title={title} version={attack?.version ?? ''} columns={columns} {...(onLayer ? { onLayer } : {})} />
        )}
      />
    </section>
  );
}

export interface MatrixSources {
  attack: () => Promise<ConstructorParameters<typeof AttackIndex>[0]>;
  counts: () => Promise<TechniqueCount[]>;
  evidence: (attackId: string) => Promise<EvidenceBody[]>;
  /** Calls back after changes; returns the function that unsubscribes. */
  onChange: (listener: () => void) => () => void;
}

/** The matrix with its data, read again after changes. */
export function FollowedMatrix(
  props: { sources: MatrixSources } & Pick<MatrixViewProps, 'title' | 'onChoose' | 'onLayer'>
): React.JSX.Element {
  const { sources, title, onChoose, onLayer } = props;
  const [attack, setAttack] = useState<AttackIndex | null>(null);
  const [counts, setCounts] = useState<TechniqueCount[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    const failed = (error: unknown): void => setFailure(error instanceof Error ? error.message : String(error));
    const count = (): void => {
      sources.counts().then(found => {
        setCounts(found);
        setFailure(null);
      }, failed);
    };
    sources.attack().then(body => setAttack(new AttackIndex(body)), failed);
    count();
    return sources.onChange(count);
  }, [sources]);
  const evidence = useCallback((attackId: string) => sources.evidence(attackId), [sources]);
  return (
    <MatrixView
      title={title}
      attack={attack}
      counts={counts}
      failure={failure}
      evidence={evidence}
      onChoose={onChoose}
      {...(onLayer ? { onLayer } : {})}
    />
  );
}
