/** A technique with its sentences in all reports, to see whether they were decided alike. */
import { useCallback, useEffect, useState } from 'react';
import { stateWords } from '../annotator/stateWords';
import type { EvidenceBody } from '../annotator/types';
import type { TechniqueInfo } from '../api/tramServer';
import { counted, words } from '../words';

export interface TechniqueViewProps {
  technique: TechniqueInfo | null;
  sentences: readonly EvidenceBody[] | null;
  /** Examples that come with the workbench; null while they are not shown. */
  examples: readonly EvidenceBody[] | null;
  failure: string | null;
  onExamples: () => void;
  onOpenReport: (report: number) => void;
}

function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

function Sentences({
  sentences,
  onOpenReport
}: Pick<TechniqueViewProps, 'onOpenReport'> & { sentences: readonly EvidenceBody[] }): React.JSX.Element {
  return (
    <ul className="tram-Technique-sentences">
      {sentences.map(item => (
        <li key={`${item.report}-${item.sentence}`} data-state={item.disposition ?? 'none'}>
          <p>{item.text}</p>
          <p className="tram-Faint">
            {stateWords(item.disposition)} · {item.confidence} % ·{' '}
            <button type="button" className="tram-Link" onClick={() => onOpenReport(item.report)}>
              {item.report_name}
            </button>
          </p>
        </li>
      ))}
    </ul>
  );
}

export function TechniqueView(props: TechniqueViewProps): React.JSX.Element {
  const { technique, sentences, examples, failure, onExamples, onOpenReport } = props;
  const accepted = sentences?.filter(item => item.disposition === 'accept') ?? [];
  const proposed = sentences?.filter(item => item.disposition !== 'accept') ?? [];
  return (
    <article className="tram-Annotator tram-Technique" aria-label={technique?.name ?? words('Technique')}>
      {failure !== null && <p role="alert">{failure}</p>}
      {technique !== null && (
        <header>
          <h2>
            {technique.attack_id} {technique.name}
          </h2>
          <p className="tram-Technique-about">{technique.description}</p>
          {isWebAddress(technique.url) && (
            <p>
              <a className="tram-Link" href={technique.url} target="_blank" rel="noreferrer noopener">
                {words('Its page at MITRE')}
              </a>
            </p>
          )}
        </header>
      )}
      {sentences === null && failure === null && <p>{words('Reading its sentences…')}</p>}
      {sentences !== null && (
        <>
          <h3>{counted('%1 accepted sentence', '%1 accepted sentences', accepted.length)}</h3>
          <Sentences sentences={accepted} onOpenReport={onOpenReport} />
          <h3>{counted('%1 proposed sentence', '%1 proposed sentences', proposed.length)}</h3>
          <Sentences sentences={proposed} onOpenReport={onOpenReport} />
        </>
      )}
      {examples === null ? (
        <button type="button" className="tram-Button" onClick={onExamples}>
          {words('Show ATT&CK’s own examples')}
        </button>
      ) : (
        <>
          <h3>{words('ATT&CK’s own examples')}</h3>
          <Sentences sentences={examples} onOpenReport={onOpenReport} />
        </>
      )}
    </article>
  );
}

export interface TechniqueSources {
  technique: () => Promise<TechniqueInfo>;
  sentences: () => Promise<EvidenceBody[]>;
  examples: () => Promise<EvidenceBody[]>;
  onChange: (listener: () => void) => () => void;
}

/** The technique with its data, read again after changes. */
export function FollowedTechnique(
  props: { sources: TechniqueSources } & Pick<TechniqueViewProps, 'onOpenReport'>
): React.JSX.Element {
  const { sources, onOpenReport } = props;
  const [technique, setTechnique] = useState<TechniqueInfo | null>(null);
  const [sentences, setSentences] = useState<EvidenceBody[] | null>(null);
  const [examples, setExamples] = useState<EvidenceBody[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const failed = useCallback((error: unknown): void => setFailure(error instanceof Error ? error.message : String(error)), []);
  useEffect(() => {
    const read = (): void => void sources.sentences().then(setSentences, failed);
    sources.technique().then(setTechnique, failed);
    read();
    return sources.onChange(read);
  }, [sources, failed]);
  return (
    <TechniqueView
      technique={technique}
      sentences={sentences}
      examples={examples}
      failure={failure}
      onExamples={() => void sources.examples().then(setExamples, failed)}
      onOpenReport={onOpenReport}
    />
  );
}
