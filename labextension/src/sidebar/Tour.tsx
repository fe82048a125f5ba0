/** The first-run tour: five steps beside the work, until it is closed for good. */
import { useState } from 'react';

import { words } from '../words';

interface Step {
  title: string;
  text: string;
}

function steps(): readonly Step[] {
  return [
    {
      title: words('Bring a report in'),
      text: words(
        'Drop a PDF, Word file or web page here, right-click one in the file browser and choose “Map to ATT&CK”, or open a sample report.'
      )
    },
    {
      title: words('Decide what is right'),
      text: words(
        'Open the report. A accepts a sentence with its techniques, R rejects it; Y and D decide about one technique. U takes anything back.'
      )
    },
    {
      title: words('Read it where it stands'),
      text: words(
        'G shows the page or the text beside the sentences. Select words there to give them a technique of their own.'
      )
    },
    {
      title: words('Teach the model'),
      text: words(
        'Train a model on what you accepted, below under “Models”. You see whether it became better before you rely on it, and can go back.'
      )
    },
    {
      title: words('Take it with you'),
      text: words(
        'The menu “Report” exports a Navigator layer, a STIX bundle, a table or a Word document. Press ? in a report to see all keys.'
      )
    }
  ];
}

export function Tour({ onClose }: { onClose: () => void }): React.JSX.Element {
  const [place, setPlace] = useState(0);
  const all = steps();
  const step = all[place];
  const isLast = place === all.length - 1;
  return (
    <section className="tram-Tour" aria-label={words('Tour')}>
      <p className="tram-Tour-place">{words('Step %1 of %2', place + 1, all.length)}</p>
      <h3>{step?.title}</h3>
      <p>{step?.text}</p>
      <div className="tram-Tour-buttons">
        <button type="button" className="tram-Tour-close" onClick={onClose}>
          {words('Close the tour')}
        </button>
        <span>
          {place > 0 && (
            <button type="button" className="jp-Button jp-mod-minimal" onClick={() => setPlace(place - 1)}>
              {words('Back')}
            </button>
          )}
          <button
            type="button"
            className="jp-Button jp-mod-styled jp-mod-accept"
            onClick={() => (isLast ? onClose() : setPlace(place + 1))}
          >
            {isLast ? words('Done') : words('Next')}
          </button>
        </span>
      </div>
    </section>
  );
}
