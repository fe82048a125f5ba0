/** A technique in the main area. */
import '../../style/annotator.css';
import '../../style/documents.css';
import { ReactWidget } from '@jupyterlab/ui-components';

import type { TramWorkbench } from '../workbench/token';
import { builtinReports, changesOfReports, usersReports } from './changes';
import { FollowedTechnique, type TechniqueSources } from './TechniqueView';

/** Sentences that are shown at most. */
const MOST_SENTENCES = 500;
/** Examples of ATT&CK's own that are shown at most. */
const MOST_EXAMPLES = 50;

export class TechniqueDocument extends ReactWidget {
  private readonly sources: TechniqueSources;

  constructor(
    { server, events }: Pick<TramWorkbench, 'server' | 'events'>,
    readonly attackId: string,
    private readonly onOpenReport: (report: number) => void
  ) {
    super();
    this.addClass('tram-AnnotatorHost');
    this.addClass('tram-Document');
    this.sources = {
      technique: () => server.technique(attackId),
      sentences: async () => {
        const reports = await usersReports(server);
        return reports.length === 0 ? [] : server.evidence(attackId, reports, MOST_SENTENCES);
      },
      examples: async () => {
        const reports = await builtinReports(server);
        return reports.length === 0 ? [] : server.evidence(attackId, reports, MOST_EXAMPLES);
      },
      onChange: changesOfReports(events)
    };
  }

  protected override render(): React.JSX.Element {
    return <FollowedTechnique sources={this.sources} onOpenReport={this.onOpenReport} />;
  }
}
