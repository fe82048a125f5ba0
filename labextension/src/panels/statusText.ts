/** What the status bar says. */
import { type Contents, isUnderWay } from '../models/workbenchModel';
import { counted, words } from '../words';

/** The work that is under way, in words; nothing at rest. */
export function statusText(contents: Contents | null): string {
  const jobs = contents?.jobs.filter(isUnderWay) ?? [];
  const trainings = contents?.trainings.filter(isUnderWay) ?? [];
  if (jobs.length + trainings.length === 0) {
    return '';
  }
  const said = jobs.length > 0 ? counted('mapping %1 document', 'mapping %1 documents', jobs.length) : words('training');
  const shares = [...jobs, ...trainings].map(work => work.progress);
  const percent = Math.round((100 * shares.reduce((sum, share) => sum + share, 0)) / shares.length);
  return words('TRAM: %1, %2 %', said, percent);
}
