/** Provides the workbench to all other plugins. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { TramEvents } from '../api/events';
import { TramServer } from '../api/tramServer';
import { StatusModel } from '../models/statusModel';
import { WorkbenchModel } from '../models/workbenchModel';
import { translateWith } from '../words';
import { ITramWorkbench } from './token';

export const workbenchPlugin: JupyterFrontEndPlugin<ITramWorkbench> = {
  id: 'tram-ext:workbench',
  description: 'Provides TRAM’s HTTP API, its events, and its reports, jobs and models.',
  autoStart: true,
  provides: ITramWorkbench,
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, translator: ITranslator | null): ITramWorkbench => {
    translateWith((translator ?? nullTranslator).load('tram_ext'));
    const { events: manager, serverSettings } = app.serviceManager;
    const server = new TramServer(serverSettings);
    const events = new TramEvents(manager);
    return {
      server,
      events,
      model: new WorkbenchModel(server, events),
      status: new StatusModel(server.status)
    };
  }
};
