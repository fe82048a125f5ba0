/** The matrix of reports in the main area. */
import '../../style/annotator.css';
import '../../style/documents.css';
import { ReactWidget } from '@jupyterlab/ui-components';

import type { TramWorkbench } from '../workbench/token';
import { changesOfReports, usersReports } from './changes';
import { FollowedMatrix, type MatrixSources } from './MatrixView';

export interface MatrixDocumentOptions {
  title: string;
  onChoose: (attackId: string) => void;
  onLayer?: () => void;
}

export class MatrixDocument extends ReactWidget {
  private readonly sources: MatrixSources;

  constructor(
    { server, events }: Pick<TramWorkbench, 'server' | 'events'>,
    readonly reports: readonly number[] | null,
    private readonly options: MatrixDocumentOptions
  ) {
    super();
    this.addClass('tram-AnnotatorHost');
    this.addClass('tram-Document');
    this.sources = {
      attack: () => server.attack(),
      counts: async () => {
        const of = reports ?? (await usersReports(server));
        return of.length === 0 ? [] : server.counts(of);
      },
      evidence: async attackId => server.evidence(attackId, reports ?? (await usersReports(server))),
      onChange: changesOfReports(events)
    };
  }

  protected override render(): React.JSX.Element {
    return <FollowedMatrix sources={this.sources} {...this.options} />;
  }
}
