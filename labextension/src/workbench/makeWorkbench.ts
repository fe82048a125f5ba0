/** Makes the workbench: what the lab knows of the server, and how it asks it. */
import type { ServiceManager } from '@jupyterlab/services';

import { TramEvents } from '../api/events';
import { TramServer } from '../api/tramServer';
import { StatusModel } from '../models/statusModel';
import { WorkbenchModel } from '../models/workbenchModel';
import type { TramWorkbench } from './token';

export function makeWorkbench({ events: manager, serverSettings }: ServiceManager.IManager): TramWorkbench {
  const server = new TramServer(serverSettings);
  const events = new TramEvents(manager);
  events.subscribe(event => {
    // What concerns no single report may have changed ATT&CK: an upgrade, or a technique of somebody's own.
    if (event.kind === 'review' && event.report === null) {
      server.forgetAttack();
    }
  });
  return { server, events, model: new WorkbenchModel(server, events), status: new StatusModel(server.status) };
}
