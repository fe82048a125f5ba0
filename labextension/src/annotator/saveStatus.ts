/** Whether everything is saved, in words. */
import type { LinkState } from './transport';

export interface SaveStatus {
  tone: 'good' | 'busy' | 'bad';
  text: string;
}

export function changes(count: number): string {
  return count === 1 ? '1 change' : `${count} changes`;
}

export function saveStatus(link: LinkState, unsaved: number, advice: string): SaveStatus {
  const kept = unsaved === 0 ? 'Everything was saved.' : `${changes(unsaved)} not saved, kept in this browser.`;
  switch (link) {
    case 'ended':
      return { tone: 'bad', text: `Disconnected. ${kept} ${advice}` };
    case 'lost':
      return { tone: 'bad', text: `Not connected. ${kept}` };
    case 'slow':
      return { tone: 'busy', text: unsaved === 0 ? 'Waiting for an answer…' : `Waiting. ${changes(unsaved)} not saved yet` };
    case 'live':
      return unsaved === 0
        ? { tone: 'good', text: 'All changes saved' }
        : { tone: 'busy', text: `Saving ${changes(unsaved)}…` };
  }
}
