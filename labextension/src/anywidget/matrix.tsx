/** The ATT&CK matrix below a notebook's cell. */
import { useCallback, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

import '../../style/annotator.css';
import { Heatmap } from '../annotator/Heatmap';
import type { Column } from '../annotator/matrix';
import { keepFile, matrixSvg, pngOf } from '../annotator/matrixImage';
import { AttackIndex } from '../annotator/search';
import type { TechniqueCount } from '../annotator/types';
import { CommChannel, type CommModel, commMatrixSource } from './commTransport';
import { keepKeys } from './keyboard';

type Source = ReturnType<typeof commMatrixSource>;

interface Loaded {
  attack: AttackIndex | null;
  counts: TechniqueCount[] | null;
  failure: string | null;
}

/** A trait of the model, followed. */
function useTrait(model: CommModel, name: string): string {
  const [value, setValue] = useState(() => String(model.get(name) ?? ''));
  useEffect(() => {
    const follow = (): void => setValue(String(model.get(name) ?? ''));
    model.on(`change:${name}`, follow);
    return () => model.off(`change:${name}`, follow);
  }, [model, name]);
  return value;
}

function useMatrix(channel: CommChannel, source: Source): Loaded {
  const [loaded, setLoaded] = useState<Loaded>({ attack: null, counts: null, failure: null });
  useEffect(() => {
    const failed = (error: unknown): void =>
      setLoaded(before => ({ ...before, failure: error instanceof Error ? error.message : String(error) }));
    const count = (): void =>
      void source.counts().then(counts => setLoaded(before => ({ ...before, counts, failure: null })), failed);
    source.attack().then(attack => setLoaded(before => ({ ...before, attack: new AttackIndex(attack) })), failed);
    count();
    return channel.onChange(count);
  }, [channel, source]);
  return loaded;
}

function Exports(props: { source: Source; title: string; version: string; columns: readonly Column[] }): React.JSX.Element {
  const { source, title, version, columns } = props;
  const [failure, setFailure] = useState('');
  const name = title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'matrix';
  const keep = (make: () => Promise<void>): void => {
    setFailure('');
    make().catch((error: unknown) => setFailure(error instanceof Error ? error.message : String(error)));
  };
  const svg = (): string => matrixSvg(columns, title, version);
  return (
    <span className="tram-Buttons" role="group" aria-label="Export">
      <button
        type="button"
        className="tram-Button"
        onClick={() => keep(async () => keepFile(`${name}.svg`, new Blob([svg()], { type: 'image/svg+xml' })))}
      >
        SVG
      </button>
      <button
        type="button"
        className="tram-Button"
        onClick={() => keep(async () => keepFile(`${name}.png`, await pngOf(svg())))}
      >
        PNG
      </button>
      <button
        type="button"
        className="tram-Button"
        onClick={() =>
          keep(async () => {
            const file = await source.layer();
            keepFile(file.name, new Blob([file.text], { type: file.type }));
          })
        }
      >
        Navigator layer
      </button>
      {failure !== '' && <span role="alert">{failure}</span>}
    </span>
  );
}

function MatrixView({ model, channel, source }: { model: CommModel; channel: CommChannel; source: Source }): React.JSX.Element {
  const title = useTrait(model, 'title');
  const selected = useTrait(model, 'selected');
  const { attack, counts, failure } = useMatrix(channel, source);
  const evidence = useCallback((attackId: string) => source.evidence(attackId), [source]);
  return (
    <section className="tram-Annotator tram-Matrix" aria-label={title || 'ATT&CK matrix'}>
      <h2 className="tram-Toolbar-name">{title}</h2>
      {failure !== null && <p role="alert">{failure}</p>}
      <Heatmap
        attack={attack}
        counts={counts}
        evidence={evidence}
        selected={selected}
        chooseLabel="filter by it"
        onChoose={attackId => {
          model.set('selected', attackId === selected ? '' : attackId);
          model.save_changes();
        }}
        actions={columns => <Exports source={source} title={title} version={attack?.version ?? ''} columns={columns} />}
      />
    </section>
  );
}

function render({ model, el }: { model: CommModel; el: HTMLElement }): () => void {
  el.classList.add('tram-AnnotatorHost');
  const channel = new CommChannel(model);
  const release = keepKeys(el);
  const root = createRoot(el);
  root.render(<MatrixView model={model} channel={channel} source={commMatrixSource(channel)} />);
  return () => {
    release();
    root.unmount();
    channel.dispose();
  };
}

export default { render };
