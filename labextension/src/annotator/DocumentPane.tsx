/** The document beside its sentences: the page of a PDF, or the text of the report. */
import { useEffect, useState } from 'react';

import type { Controller } from './controller';
import { PagePane } from './PagePane';
import { TextPane } from './TextPane';
import { type Transport, TransportFailure } from './transport';

interface Pages {
  /** How many there are; 0 where the report has no PDF. */
  count: number;
  failure: string | null;
}

function usePages(transport: Transport): Pages | null {
  const [pages, setPages] = useState<Pages | null>(null);
  useEffect(() => {
    transport.pages?.sizes().then(
      sizes => setPages({ count: sizes.length, failure: null }),
      (error: unknown) => {
        const isMissing = error instanceof TransportFailure && error.kind === 'missing';
        const failure = isMissing ? null : error instanceof Error ? error.message : String(error);
        setPages({ count: 0, failure });
      }
    );
  }, [transport]);
  return pages;
}

export function DocumentPane({ controller }: { controller: Controller }): React.JSX.Element {
  const { transport } = controller.store;
  const pages = usePages(transport);
  const [wantsText, setWantsText] = useState(false);
  const source = transport.pages;
  if (pages === null || source === undefined) {
    return (
      <section className="tram-Page" aria-label="Document">
        <p className="tram-List-empty">Reading the document…</p>
      </section>
    );
  }
  const { text } = transport;
  if (text !== undefined && (wantsText || (pages.count === 0 && pages.failure === null))) {
    return <TextPane controller={controller} read={text} onPage={pages.count > 0 ? () => setWantsText(false) : null} />;
  }
  return (
    <PagePane
      controller={controller}
      source={source}
      count={pages.count}
      failure={pages.count === 0 ? (pages.failure ?? 'This report has no pages.') : null}
      onText={text === undefined ? null : () => setWantsText(true)}
    />
  );
}
