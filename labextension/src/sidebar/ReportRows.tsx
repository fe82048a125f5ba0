/** The reports in the sidebar, each with the progress of its review. */
import { Time } from '@jupyterlab/coreutils';
import { deleteIcon, downloadIcon } from '@jupyterlab/ui-components';

import type { ReportOutline } from '../api/tramServer';
import { counted, words } from '../words';
import type { SidebarActions } from './actions';
import { RowButton } from './RowButton';

/** The sentence that says how far the review is. */
export function progressOf(report: ReportOutline): string {
  if (report.total === 0) {
    return words('No sentences');
  }
  const reviewed = report.accepted + report.rejected;
  if (reviewed === report.total) {
    return words('All reviewed');
  }
  return report.proposed === 0
    ? words('%1 % reviewed, no proposals left', Math.floor((100 * reviewed) / report.total))
    : counted('%1 proposal left', '%1 proposals left', report.proposed);
}

function ReviewBar({ report }: { report: ReportOutline }): React.JSX.Element {
  const width = (count: number): React.CSSProperties => ({
    width: `${report.total === 0 ? 0 : (100 * count) / report.total}%`
  });
  return (
    <span className="tram-ReviewBar" aria-hidden="true">
      <span data-state="accept" style={width(report.accepted)} />
      <span data-state="reject" style={width(report.rejected)} />
    </span>
  );
}

interface RowProps {
  report: ReportOutline;
  mayReview: boolean;
  actions: SidebarActions;
}

function Row({ report, mayReview, actions }: RowProps): React.JSX.Element {
  const made = new Date(report.created_on);
  const who = report.created_by ?? words('unknown');
  return (
    <li className="tram-Item" data-tram-report={report.id}>
      <button
        type="button"
        data-row
        className="tram-Item-main"
        title={words(
          '%1\nMapped with %2; %3 of %4 sentences reviewed',
          report.name,
          report.ml_model,
          report.accepted + report.rejected,
          report.total
        )}
        onClick={() => actions.openReport(report)}
        onKeyDown={event => {
          if (event.key === 'Delete' && mayReview) {
            event.preventDefault();
            actions.deleteReport(report);
          }
        }}
      >
        <span className="tram-Item-name">{report.name}</span>
        <ReviewBar report={report} />
        <span className="tram-Item-note">
          <span>{progressOf(report)}</span>
          <span className="tram-Item-byline">
            {who} · {Time.formatHuman(made, 'narrow')}
          </span>
        </span>
      </button>
      <span className="tram-Item-actions">
        <RowButton icon={downloadIcon} label={words('Export %1…', report.name)} onClick={() => actions.exportReport(report)} />
        {mayReview && (
          <RowButton icon={deleteIcon} label={words('Delete %1…', report.name)} onClick={() => actions.deleteReport(report)} />
        )}
      </span>
    </li>
  );
}

export interface ReportRowsProps {
  reports: readonly ReportOutline[];
  /** What the filter holds; rows that do not match are not shown. */
  filter: string;
  mayReview: boolean;
  actions: SidebarActions;
}

/** The users' reports that match a filter, newest first. */
export function shownReports(reports: readonly ReportOutline[], filter: string): ReportOutline[] {
  const wanted = filter.trim().toLocaleLowerCase();
  return reports
    .filter(report => !report.builtin)
    .filter(report => `${report.name} ${report.created_by ?? ''}`.toLocaleLowerCase().includes(wanted))
    .reverse();
}

export function ReportRows({ reports, filter, mayReview, actions }: ReportRowsProps): React.JSX.Element {
  const shown = shownReports(reports, filter);
  if (shown.length === 0 && filter.trim() !== '') {
    return <p className="tram-Section-empty">{words('No report matches the filter.')}</p>;
  }
  if (shown.length === 0) {
    return (
      <div className="tram-Section-empty">
        <p>{words('No reports yet.')}</p>
        {mayReview && (
          <>
            <p>{words('Drop files here, or right-click one in the file browser and choose “Map to ATT&CK”.')}</p>
            <button type="button" className="jp-mod-styled jp-mod-accept" onClick={() => actions.openSample()}>
              {words('Open a sample report')}
            </button>
          </>
        )}
      </div>
    );
  }
  return (
    <ul className="tram-Items" aria-label={words('Reports')}>
      {shown.map(report => (
        <Row key={report.id} report={report} mayReview={mayReview} actions={actions} />
      ))}
    </ul>
  );
}
