/** A model: the figures of a version beside the one before, its techniques, confusions, reliability and history. */
import { useState } from 'react';

import type { Card, Comparison, LearningCurve, Version } from '../api/tramServer';
import { counted, words } from '../words';
import { LineChart } from './LineChart';
import {
  binsOf,
  confusionsOf,
  type Figure,
  figuresOf,
  percent,
  type TechniqueRow,
  techniquesOf,
  warningsOf
} from './modelFigures';

export interface ModelViewProps {
  card: Card;
  /** The version before, and how both compare; null where there is none. */
  comparison: Comparison | null;
  versions: readonly Version[];
  curve: LearningCurve | null;
  mayTrain: boolean;
  /** The share of a running training that is done; null where none runs. */
  training: number | null;
  onTrain: () => void;
  onShow: (version: number) => void;
  onRestore: (version: number) => void;
  onTechnique: (attackId: string) => void;
}

function Change({ change, better }: Pick<Figure, 'change' | 'better'>): React.JSX.Element | null {
  if (change === null) {
    return null;
  }
  if (better === null) {
    return <span className="tram-Faint">{words('as before')}</span>;
  }
  const points = (100 * Math.abs(change)).toFixed(1);
  return (
    <span data-tone={better ? 'good' : 'bad'}>
      {change > 0 ? '▲' : '▼'} {better ? words('%1, better', points) : words('%1, worse', points)}
    </span>
  );
}

function Figures({ figures }: { figures: readonly Figure[] }): React.JSX.Element {
  return (
    <dl className="tram-Model-figures">
      {figures.map(figure => (
        <div key={figure.name}>
          <dt>{words(figure.label)}</dt>
          <dd>
            <strong>{percent(figure.value)}</strong>
            <Change {...figure} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function History(props: Pick<ModelViewProps, 'versions' | 'card' | 'mayTrain' | 'onShow' | 'onRestore'>): React.JSX.Element {
  const { versions, card, mayTrain, onShow, onRestore } = props;
  return (
    <table className="tram-Model-table">
      <caption>{words('History')}</caption>
      <thead>
        <tr>
          <th scope="col">{words('Version')}</th>
          <th scope="col">{words('Trained')}</th>
          <th scope="col">{words('By')}</th>
          <th scope="col" className="tram-Number">
            {words('F1 weighted')}
          </th>
          <th scope="col">{words('In use')}</th>
        </tr>
      </thead>
      <tbody>
        {versions.map(version => (
          <tr key={version.version} aria-current={version.version === card.version}>
            <td>
              <button type="button" className="tram-Link" onClick={() => onShow(version.version)}>
                {version.version}
              </button>
            </td>
            <td>{new Date(version.created_on).toLocaleString()}</td>
            <td>{version.created_by ?? '–'}</td>
            <td className="tram-Number">{percent(version.f1_weighted)}</td>
            <td>
              {version.active ? (
                words('in use')
              ) : mayTrain ? (
                <button type="button" className="tram-Button" onClick={() => onRestore(version.version)}>
                  {words('Use this version…')}
                </button>
              ) : (
                ''
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const SHOWN_TECHNIQUES = 15;

function Techniques({
  rows,
  onTechnique
}: {
  rows: readonly TechniqueRow[];
  onTechnique: (attackId: string) => void;
}): React.JSX.Element {
  const [all, setAll] = useState(false);
  const shown = all ? rows : rows.slice(0, SHOWN_TECHNIQUES);
  return (
    <>
      <table className="tram-Model-table">
        <caption>{words('Techniques, weakest first')}</caption>
        <thead>
          <tr>
            <th scope="col">{words('Technique')}</th>
            {['F1', words('Change'), words('Precision'), words('Recall'), words('Held out')].map(label => (
              <th scope="col" className="tram-Number" key={label}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(row => (
            <tr key={row.attackId}>
              <td>
                <button type="button" className="tram-Link" onClick={() => onTechnique(row.attackId)}>
                  {row.attackId}
                </button>
              </td>
              <td className="tram-Number">{percent(row.f1)}</td>
              <td className="tram-Number">{row.change === null ? '–' : (100 * row.change).toFixed(1)}</td>
              <td className="tram-Number">{percent(row.precision)}</td>
              <td className="tram-Number">{percent(row.recall)}</td>
              <td className="tram-Number">{row.support}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > SHOWN_TECHNIQUES && (
        <button type="button" className="tram-Button" onClick={() => setAll(!all)}>
          {all ? words('Show fewer') : counted('Show the only one', 'Show all %1', rows.length)}
        </button>
      )}
    </>
  );
}

function Confusions({ card }: { card: Card }): React.JSX.Element | null {
  const pairs = confusionsOf(card).slice(0, SHOWN_TECHNIQUES);
  if (pairs.length === 0) {
    return null;
  }
  return (
    <table className="tram-Model-table">
      <caption>{words('Frequent confusions')}</caption>
      <thead>
        <tr>
          <th scope="col">{words('Is')}</th>
          <th scope="col">{words('Was taken for')}</th>
          <th scope="col" className="tram-Number">
            {words('Sentences')}
          </th>
        </tr>
      </thead>
      <tbody>
        {pairs.map(pair => (
          <tr key={`${pair.truth} ${pair.predicted}`}>
            <td>{pair.truth}</td>
            <td>{pair.predicted}</td>
            <td className="tram-Number">{pair.count}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Charts({ card, versions, curve }: Pick<ModelViewProps, 'card' | 'versions' | 'curve'>): React.JSX.Element {
  const bins = binsOf(card);
  const measured = [...versions]
    .reverse()
    .flatMap(item => (item.f1_weighted === null ? [] : [{ x: item.version, y: item.f1_weighted }]));
  return (
    <div className="tram-Model-charts">
      {bins.length > 0 && (
        <LineChart
          title={words('Reliability: what lies on the diagonal means what it says')}
          xLabel={words('Confidence')}
          yLabel={words('Right')}
          points={bins.map(bin => ({ x: bin.confidence, y: bin.accuracy }))}
          most={1}
          diagonal
        />
      )}
      {measured.length > 1 && (
        <LineChart title={words('F1 of each version')} xLabel={words('Version')} yLabel="F1" points={measured} whole />
      )}
      {curve !== null && curve.points.length > 1 && (
        <LineChart
          title={words('Learning curve')}
          xLabel={words('Sentences')}
          yLabel="F1"
          points={curve.points.map(point => ({ x: point.sentences, y: point.f1_weighted }))}
          whole
        />
      )}
    </div>
  );
}

export function ModelView(props: ModelViewProps): React.JSX.Element {
  const { card, comparison, mayTrain, training, onTrain, onTechnique } = props;
  const caution = comparison !== null && !comparison.same_data;
  return (
    <article className="tram-Annotator tram-Model" aria-label={words('Model %1', card.model)}>
      <header className="tram-Model-header">
        <h2>
          {card.model} <span className="tram-Faint">{words('version %1', card.version)}</span>{' '}
          {comparison !== null && <span className="tram-Faint">{words('beside version %1', comparison.a.version)}</span>}
        </h2>
        {mayTrain && (
          <button type="button" className="tram-Button tram-Button-main" disabled={training !== null} onClick={onTrain}>
            {training === null ? words('Train') : words('Training, %1 %', Math.round(100 * training))}
          </button>
        )}
      </header>
      <Figures figures={figuresOf(card, comparison)} />
      {caution && <p className="tram-Faint">{words('Both were measured on what they held out of different training sets.')}</p>}
      {warningsOf(card).map(text => (
        <p key={text} className="tram-Faint">
          {text}
        </p>
      ))}
      <Charts {...props} />
      <History {...props} />
      <Techniques rows={techniquesOf(card, comparison)} onTechnique={onTechnique} />
      <Confusions card={card} />
    </article>
  );
}
