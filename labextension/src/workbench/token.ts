/** What this extension offers to others. */
import { Token } from '@lumino/coreutils';

import type { TramEvents } from '../api/events';
import type { TramServer } from '../api/tramServer';
import type { StatusModel } from '../models/statusModel';
import type { WorkbenchModel } from '../models/workbenchModel';

/** The workbench of this server. */
export interface TramWorkbench {
  /** Typed calls of TRAM's HTTP API, with Jupyter's own login. */
  readonly server: TramServer;
  /** Changes of jobs and reports, as the server announces them. */
  readonly events: TramEvents;
  /** The reports, jobs and models, kept up to date while somebody watches. */
  readonly model: WorkbenchModel;
  /** Whether the server is ready, and what it prepares. */
  readonly status: StatusModel;
}

/** The way to the workbench, for plugins of this and of other extensions. */
export interface ITramWorkbench {
  /** Load the code of the workbench, once; a lab in which nobody uses it does not. */
  load(): Promise<TramWorkbench>;
  /** Fulfilled when it was loaded for the first time, whoever asked for it. */
  readonly loaded: Promise<TramWorkbench>;
}

export const ITramWorkbench = new Token<ITramWorkbench>(
  'tram-ext:ITramWorkbench',
  'The TRAM workbench: its HTTP API, its events, and its reports, jobs and models.'
);
