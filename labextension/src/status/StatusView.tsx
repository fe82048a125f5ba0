/** The view of the server's status, in the lab's panel and in the notebook's widget. */
import { Mark } from './mark';
import {
  type Advice,
  clamp,
  type ServerStatus,
  type StatusState,
  type Summary,
  summarise,
  type Tone,
  type Undertaking
} from './status';

const NUMBER = new Intl.NumberFormat('en');

/** Icons by kind, so that no state is shown by colour alone. */
const GLYPHS: Record<Tone, string> = {
  good: 'M5 12.5l4.5 4.5L19 7.5',
  bad: 'M12 6v7.5M12 17.6v.1',
  busy: 'M12 7v5l3.2 2'
};

function Glyph({ tone }: { tone: Tone }): React.JSX.Element {
  return (
    <svg className="tram-Status-glyph" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <circle cx="12" cy="12" r="11" />
      <path d={GLYPHS[tone]} />
    </svg>
  );
}

function Progress({ label, value }: { label: string; value: number | null }): React.JSX.Element {
  const percent = value === null ? null : Math.round(value * 100);
  // Without a value the bar is indeterminate, to a screen reader as well.
  const range = percent === null ? {} : { 'aria-valuenow': percent, 'aria-valuetext': `${label}, ${percent} %` };
  return (
    <div className="tram-Status-progress">
      <div
        className="tram-Status-track"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        data-indeterminate={percent === null}
        {...range}
      >
        <div className="tram-Status-bar" style={percent === null ? {} : { width: `${percent}%` }} />
      </div>
      {percent !== null && (
        <span className="tram-Status-percent" aria-hidden="true">
          {percent} %
        </span>
      )}
    </div>
  );
}

function WhatToDo({ advice, detail }: { advice: Advice; detail: string | undefined }): React.JSX.Element {
  return (
    <div className="tram-Status-advice">
      {detail && <p className="tram-Status-detail">{detail}</p>}
      <p>{advice.text}</p>
      {advice.command && <code>{advice.command}</code>}
    </div>
  );
}

function Headline({ summary }: { summary: Summary }): React.JSX.Element {
  return (
    <div className="tram-Status-headline" role="status" data-tone={summary.tone}>
      <Glyph tone={summary.tone} />
      <div>
        <p className="tram-Status-title">{summary.title}</p>
        <p className="tram-Status-text">{summary.text}</p>
      </div>
    </div>
  );
}

function Count({ label, value }: { label: string; value: number }): React.JSX.Element {
  return (
    <div className="tram-Status-count">
      <dd>{NUMBER.format(value)}</dd>
      <dt>{label}</dt>
    </div>
  );
}

function Fact({ label, value, note }: { label: string; value: string; note: string }): React.JSX.Element {
  return (
    <div className="tram-Status-fact">
      <dt>{label}</dt>
      <dd>
        {value} <span className="tram-Status-note">{note}</span>
      </dd>
    </div>
  );
}

/** A training, a label check or a learning curve, with its progress. */
function Work({ task }: { task: Undertaking }): React.JSX.Element {
  const name = `${task.kind.charAt(0).toUpperCase()}${task.kind.slice(1)} of ${task.model}`;
  return (
    <div className="tram-Status-work">
      <p>
        {name} <span className="tram-Status-note">{task.stage || 'waiting'}</span>
      </p>
      <Progress label={name} value={clamp(task.progress)} />
    </div>
  );
}

/** ATT&CK's domains carry the name of their bundle: `enterprise-attack`. */
function domainName(domain: string): string {
  const name = domain.replace(/-attack$/, '');
  return name === 'ics' ? 'ICS' : name.charAt(0).toUpperCase() + name.slice(1);
}

function Facts({ status }: { status: ServerStatus }): React.JSX.Element {
  const { attack, counts, default_model: model, tasks, user } = status;
  return (
    <>
      {counts && (
        <dl className="tram-Status-counts">
          <Count label="Reports" value={counts.reports} />
          <Count label="Sentences" value={counts.sentences} />
          <Count label="In progress" value={counts.jobs + (tasks?.length ?? 0)} />
        </dl>
      )}
      {tasks?.map(task => (
        <Work key={task.id} task={task} />
      ))}
      <dl className="tram-Status-facts">
        {attack?.map(release => (
          <Fact
            key={release.domain}
            label="ATT&amp;CK"
            value={`${domainName(release.domain)} ${release.version}`}
            note={`${NUMBER.format(release.techniques)} techniques`}
          />
        ))}
        {model && <Fact label="Model" value={model.name} note={`version ${model.version}`} />}
        {Boolean(counts?.builtin_sentences) && (
          <Fact label="Examples" value="Built in" note={`${NUMBER.format(counts?.builtin_sentences ?? 0)} sentences`} />
        )}
        {user && <Fact label="Signed in" value={user.name} note={user.role} />}
      </dl>
    </>
  );
}

export interface StatusViewProps {
  state: StatusState;
  /** Whether only the state is shown, without heading and facts. */
  brief?: boolean;
  /** Request the status again; without it there is no button. */
  onRetry?: () => void;
}

export function StatusView({ state, brief = false, onRetry }: StatusViewProps): React.JSX.Element {
  const summary = summarise(state);
  const status = state.kind === 'answered' ? state.status : null;
  return (
    <section className="tram-Status" aria-label="TRAM status">
      {!brief && (
        <header className="tram-Status-header">
          <Mark />
          <h2>TRAM</h2>
          {status && <span className="tram-Status-version">{status.version}</span>}
        </header>
      )}
      <div className="tram-Status-card" data-tone={summary.tone}>
        <Headline summary={summary} />
        {summary.progress !== undefined && <Progress label={summary.text} value={summary.progress} />}
        {summary.advice && <WhatToDo advice={summary.advice} detail={summary.detail} />}
        {summary.tone === 'bad' && onRetry && (
          <button type="button" className="tram-Status-retry" onClick={onRetry}>
            Try again
          </button>
        )}
      </div>
      {status && !brief && <Facts status={status} />}
    </section>
  );
}
