/** What views over several reports share: which reports they are of, and when they have to be read again. */
import type { TramEvents } from '../api/events';
import type { TramServer } from '../api/tramServer';

/** Milliseconds in which changes are collected. */
const GATHER_MS = 300;

/** Return the function by which views subscribe to changes of any report. */
export function changesOfReports(events: Pick<TramEvents, 'subscribe'>): (listener: () => void) => () => void {
  return listener => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = events.subscribe(event => {
      if (event.kind === 'review' || event.status === 'Done') {
        clearTimeout(timer);
        timer = setTimeout(listener, GATHER_MS);
      }
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  };
}

/** The numbers of the users' reports: examples that come with the workbench are not among them. */
export async function usersReports(server: Pick<TramServer, 'reports'>): Promise<number[]> {
  return (await server.reports()).filter(report => !report.builtin).map(report => report.id);
}

/** The numbers of the reports of examples that come with the workbench. */
export async function builtinReports(server: Pick<TramServer, 'reports'>): Promise<number[]> {
  return (await server.reports()).filter(report => report.builtin).map(report => report.id);
}
