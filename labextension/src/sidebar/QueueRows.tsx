/** The jobs and trainings that wait, run or failed. */
import { closeIcon, refreshIcon } from '@jupyterlab/ui-components';

import type { Job, Training } from '../api/tramServer';
import { isUnderWay } from '../models/workbenchModel';
import { clamp } from '../status/status';
import { words } from '../words';
import type { SidebarActions } from './actions';
import { RowButton } from './RowButton';

interface WorkProps {
  name: string;
  progress: number;
  /** What is going on, or what went wrong. */
  note: string;
  failed: boolean;
  children: React.ReactNode;
}

function Work({ name, progress, note, failed, children }: WorkProps): React.JSX.Element {
  const percent = Math.round(100 * clamp(progress));
  return (
    <li className="tram-Item" data-failed={failed}>
      <div data-row tabIndex={-1} className="tram-Item-main">
        <span className="tram-Item-name">{name}</span>
        {!failed && (
          <span
            className="tram-ReviewBar"
            role="progressbar"
            aria-label={name}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={percent}
          >
            <span data-state="progress" style={{ width: `${percent}%` }} />
          </span>
        )}
        <span className="tram-Item-note">
          <span>{note}</span>
          {!failed && <span className="tram-Item-byline">{percent} %</span>}
        </span>
      </div>
      <span className="tram-Item-actions">{children}</span>
    </li>
  );
}

function stageOf(job: Job): string {
  if (job.status === 'Queued') {
    return job.message || words('waiting');
  }
  return job.message || job.stage || words('starting');
}

export interface QueueRowsProps {
  jobs: readonly Job[];
  trainings: readonly Training[];
  mayReview: boolean;
  actions: SidebarActions;
}

/** The trainings that the queue shows. */
export function shownTrainings(trainings: readonly Training[]): Training[] {
  return trainings.filter(isUnderWay);
}

export function QueueRows({ jobs, trainings, mayReview, actions }: QueueRowsProps): React.JSX.Element {
  const running = shownTrainings(trainings);
  if (jobs.length + running.length === 0) {
    return <p className="tram-Section-empty">{words('Nothing is waiting.')}</p>;
  }
  return (
    <ul className="tram-Items" aria-label={words('Queue')}>
      {running.map(training => (
        <Work
          key={`training-${training.id}`}
          name={words('Training of %1', training.model)}
          progress={training.progress}
          note={training.stage || words('waiting')}
          failed={false}
        >
          {mayReview && (
            <RowButton
              icon={closeIcon}
              label={words('Cancel the training of %1', training.model)}
              onClick={() => actions.cancelTraining(training)}
            />
          )}
        </Work>
      ))}
      {jobs.map(job => {
        const failed = !isUnderWay(job);
        return (
          <Work
            key={job.id}
            name={job.name}
            progress={job.progress}
            note={failed ? job.message || words('It failed.') : stageOf(job)}
            failed={failed}
          >
            {mayReview && failed && (
              <RowButton icon={refreshIcon} label={words('Try %1 again', job.name)} onClick={() => actions.retryJob(job)} />
            )}
            {mayReview && !failed && (
              <RowButton icon={closeIcon} label={words('Cancel %1', job.name)} onClick={() => actions.cancelJob(job)} />
            )}
          </Work>
        );
      })}
    </ul>
  );
}
