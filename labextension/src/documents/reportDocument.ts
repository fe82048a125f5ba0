/** A report in the main area: the annotator over the HTTP API, without a kernel. */
import '../../style/annotator.css';
import '../../style/documents.css';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import type { HostAction } from '../annotator/ActionMenu';
import { reassignKeys } from '../annotator/keys';
import { type Mounted, mountAnnotator } from '../annotator/mount';
import type { RowsQuery } from '../annotator/types';
import { browserStorage } from '../anywidget/browserStorage';
import { restTransport } from '../api/restTransport';
import type { TramWorkbench } from '../workbench/token';

export interface ReportDocumentOptions {
  /** What a first visit shows. */
  query: RowsQuery;
  /** Keys of the annotator's commands where they are not the usual ones. */
  keys: Readonly<Record<string, readonly string[]>>;
  /** Whether the document is shown beside its sentences at first. */
  showsDocument: boolean;
  /** What is done with the report as a whole. */
  actions: readonly HostAction[];
  /** Called with the name of the report when it is known, and when it changes. */
  named: (name: string) => void;
}

export class ReportDocument extends Widget {
  private mounted: Mounted | null = null;

  constructor(
    private readonly workbench: Pick<TramWorkbench, 'server' | 'events'>,
    readonly report: number,
    private readonly options: ReportDocumentOptions
  ) {
    super();
    this.addClass('tram-AnnotatorHost');
    this.addClass('tram-Document');
  }

  override dispose(): void {
    this.mounted?.dispose();
    this.mounted = null;
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (this.mounted !== null) {
      return;
    }
    reassignKeys(this.options.keys);
    const transport = restTransport(this.workbench.server, this.report, this.workbench.events);
    const mounted = mountAnnotator(this.node, transport, {
      storage: browserStorage(),
      query: this.options.query,
      actions: this.options.actions,
      showsPage: this.options.showsDocument
    });
    this.mounted = mounted;
    const { store } = mounted.controller;
    const tell = (): void => {
      if (store.report !== null) {
        this.options.named(store.report.name);
      }
    };
    store.topics.subscribe('report', tell);
    tell();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.mounted?.controller.focusOn('list');
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.mounted?.controller.store.transport.check();
  }
}
