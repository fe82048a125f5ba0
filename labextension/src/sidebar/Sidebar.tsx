/** The workbench in the sidebar: reports, queue, models, and how the server is. */
import { fileUploadIcon, refreshIcon, tableRowsIcon } from '@jupyterlab/ui-components';
import { useState } from 'react';

import { type Contents, type Failure, isUnderWay } from '../models/workbenchModel';
import { StatusView } from '../status/StatusView';
import { type StatusState, summarise } from '../status/status';
import { words } from '../words';
import type { SidebarActions } from './actions';
import { ModelRows, shownModels } from './ModelRows';
import { QueueRows, shownTrainings } from './QueueRows';
import { ReportRows, shownReports } from './ReportRows';
import { RowButton } from './RowButton';
import { Section } from './Section';
import { Tour } from './Tour';

export type SectionName = 'reports' | 'queue' | 'models' | 'status';

export interface SidebarProps {
  status: StatusState;
  contents: Contents | null;
  failure: Failure | null;
  /** Which sections are shown at all. */
  sections: readonly SectionName[];
  actions: SidebarActions;
  onRetry: () => void;
  /** Ends the tour for good; null where it has ended. */
  onTourClose: (() => void) | null;
}

/** The MIME type of paths that are dragged out of JupyterLab's file browser is not the web's: that drop is the widget's. */
function useFileDrop(take: ((files: readonly File[]) => void) | null): [boolean, React.HTMLAttributes<HTMLElement>] {
  const [over, setOver] = useState(false);
  if (take === null) {
    return [false, {}];
  }
  const hasFiles = (event: React.DragEvent): boolean => event.dataTransfer.types.includes('Files');
  return [
    over,
    {
      onDragOver: event => {
        if (hasFiles(event)) {
          event.preventDefault();
          setOver(true);
        }
      },
      onDragLeave: event => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) {
          setOver(false);
        }
      },
      onDrop: event => {
        setOver(false);
        if (hasFiles(event)) {
          event.preventDefault();
          take([...event.dataTransfer.files]);
        }
      }
    }
  ];
}

function Toolbar({ mayReview, actions }: { mayReview: boolean; actions: SidebarActions }): React.JSX.Element {
  return (
    <div className="tram-Sidebar-toolbar" role="toolbar" aria-label={words('TRAM')}>
      {mayReview && <RowButton icon={fileUploadIcon} label={words('Upload reports…')} onClick={() => actions.chooseFiles()} />}
      <RowButton icon={tableRowsIcon} label={words('Matrix of all reports')} onClick={() => actions.openMatrix(null)} />
      <RowButton icon={refreshIcon} label={words('Refresh')} onClick={() => actions.refresh()} />
    </div>
  );
}

export function Sidebar(props: SidebarProps): React.JSX.Element {
  const { status, contents, failure, sections, actions, onRetry, onTourClose } = props;
  const [filter, setFilter] = useState('');
  const [closed, setClosed] = useState<ReadonlySet<SectionName>>(new Set(['status']));
  const answered = status.kind === 'answered' ? status.status : null;
  const mayReview = answered?.user != null && answered.user.role !== 'viewer';
  const [over, drop] = useFileDrop(mayReview ? files => actions.upload(files) : null);
  const toggle = (name: SectionName): void => {
    const next = new Set(closed);
    if (!next.delete(name)) {
      next.add(name);
    }
    setClosed(next);
  };
  const section = (name: SectionName, title: string, count: number | null, body: React.ReactNode): React.ReactNode =>
    sections.includes(name) && (
      <Section key={name} title={title} count={count} open={!closed.has(name)} onToggle={() => toggle(name)}>
        {body}
      </Section>
    );
  const isWell = summarise(status).tone === 'good';
  const training = new Set((contents?.trainings ?? []).filter(isUnderWay).map(item => item.model));
  return (
    <div className="tram-Sidebar" data-over={over} {...drop}>
      <header className="tram-Sidebar-header">
        <h2>TRAM</h2>
        <Toolbar mayReview={mayReview} actions={actions} />
      </header>
      {!isWell && <StatusView state={status} brief onRetry={onRetry} />}
      {isWell && answered?.user?.role === 'viewer' && (
        <p className="tram-Sidebar-hint">
          {words(
            'You are signed in as a viewer: you see everything and can change nothing. An administrator can give you the role “analyst”.'
          )}
        </p>
      )}
      {isWell && failure !== null && (
        <p className="tram-Sidebar-failure" role="alert">
          {failure.message}
        </p>
      )}
      {isWell && contents !== null && onTourClose && <Tour onClose={onTourClose} />}
      {contents !== null && (
        <>
          <input
            type="search"
            className="tram-Sidebar-filter jp-mod-styled"
            aria-label={words('Filter reports by name or author')}
            placeholder={words('Filter reports')}
            value={filter}
            onChange={event => setFilter(event.currentTarget.value)}
          />
          <div className="tram-Sidebar-sections">
            {section(
              'reports',
              words('Reports'),
              shownReports(contents.reports, filter).length,
              <ReportRows reports={contents.reports} filter={filter} mayReview={mayReview} actions={actions} />
            )}
            {section(
              'queue',
              words('Queue'),
              contents.jobs.length + shownTrainings(contents.trainings).length,
              <QueueRows jobs={contents.jobs} trainings={contents.trainings} mayReview={mayReview} actions={actions} />
            )}
            {section(
              'models',
              words('Models'),
              shownModels(contents.models).length,
              <ModelRows models={contents.models} mayReview={mayReview} training={training} actions={actions} />
            )}
          </div>
        </>
      )}
      {isWell && section('status', words('Status'), null, <StatusView state={status} onRetry={onRetry} />)}
      {over && <p className="tram-Sidebar-drop">{words('Drop to map to ATT&CK')}</p>}
    </div>
  );
}
