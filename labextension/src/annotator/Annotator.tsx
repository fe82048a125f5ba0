/** The annotator: toolbar, list of sentences, and details of the selected one. */
import { useCallback, useLayoutEffect, useRef } from 'react';

import type { Controller } from './controller';
import { DocumentPane } from './DocumentPane';
import { useFocusKept, useFocusTarget } from './focusing';
import { Heatmap } from './Heatmap';
import { handleKey } from './keys';
import { BulkAccept, KeyHelp } from './panels';
import { SentenceDetail } from './SentenceDetail';
import { SentenceList } from './SentenceList';
import { StatusBar, Warning } from './StatusBar';
import { TechniquesPanel } from './TechniquesPanel';
import { Toolbar } from './Toolbar';
import { useTopic } from './topics';

function Matrix({ controller }: { controller: Controller }): React.JSX.Element {
  const { store } = controller;
  useTopic(store.topics, 'counts');
  useTopic(store.topics, 'attack');
  const cell = useFocusTarget<HTMLElement>(controller, 'matrix');
  const pane = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    // Until its counts are there it holds the focus itself: keys must not fall through to the host.
    if (!pane.current?.contains(document.activeElement)) {
      pane.current?.focus();
    }
  }, []);
  const evidence = useCallback((attackId: string) => store.transport.evidence(attackId), [store]);
  return (
    <section ref={pane} className="tram-MatrixPane" tabIndex={-1} aria-label="Techniques of this report">
      <Heatmap
        attack={store.attack}
        counts={store.counts}
        evidence={evidence}
        firstCell={cell}
        selected={store.query.filter.technique}
        chooseLabel="show its sentences"
        onChoose={attackId => {
          controller.back();
          controller.filter({ technique: attackId });
        }}
      />
    </section>
  );
}

export interface AnnotatorProps {
  controller: Controller;
  /** Whether the view listens to keys itself; a host that binds them to commands says no. */
  ownKeys?: boolean;
}

export function Annotator({ controller, ownKeys = true }: AnnotatorProps): React.JSX.Element {
  const { store } = controller;
  useTopic(controller.topics, 'ui');
  useTopic(store.topics, 'report');
  const { panel } = controller;
  const showsDocument = controller.showsPage && store.transport.pages !== undefined;
  const root = useRef<HTMLElement>(null);
  useFocusKept(controller, root);
  return (
    <section
      ref={root}
      className="tram-Annotator"
      aria-label={`Review of ${store.report?.name ?? 'a report'}`}
      onKeyDown={event => ownKeys && handleKey(controller, event.nativeEvent ?? event)}
    >
      <Toolbar controller={controller} />
      <Warning controller={controller} />
      {panel === 'keys' && <KeyHelp controller={controller} />}
      {panel === 'bulk' && <BulkAccept controller={controller} />}
      {panel === 'matrix' ? (
        <Matrix controller={controller} />
      ) : panel === 'techniques' ? (
        <TechniquesPanel controller={controller} />
      ) : (
        <div className="tram-Panes" data-page={showsDocument}>
          <SentenceList controller={controller} />
          {showsDocument && <DocumentPane controller={controller} />}
          <SentenceDetail controller={controller} />
        </div>
      )}
      <StatusBar controller={controller} />
    </section>
  );
}
