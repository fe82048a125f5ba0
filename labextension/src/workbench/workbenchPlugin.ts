/** Provides the workbench to all other plugins; its code is loaded when one of them needs it. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { PromiseDelegate, type ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { translateWith } from '../words';
import { openingOf, withoutOpening } from './address';
import { ITramWorkbench, type TramWorkbench } from './token';

export const workbenchPlugin: JupyterFrontEndPlugin<ITramWorkbench> = {
  id: 'tram-ext:workbench',
  description: 'Provides TRAM’s HTTP API, its events, and its reports, jobs and models.',
  autoStart: true,
  provides: ITramWorkbench,
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, translator: ITranslator | null): ITramWorkbench => {
    translateWith((translator ?? nullTranslator).load('tram_ext'));
    const first = new PromiseDelegate<TramWorkbench>();
    let made: Promise<TramWorkbench> | null = null;
    const make = async (): Promise<TramWorkbench> => {
      const { makeWorkbench } = await import('./makeWorkbench');
      const workbench = makeWorkbench(app.serviceManager);
      first.resolve(workbench);
      return workbench;
    };
    const load = (): Promise<TramWorkbench> => {
      // What could not be loaded, since the server was gone, is tried again.
      made ??= make().catch((error: unknown) => {
        made = null;
        throw error;
      });
      return made;
    };
    const opening = openingOf(window.location.search);
    if (opening !== null) {
      const { history, location } = window;
      history.replaceState(history.state, '', location.pathname + withoutOpening(location.search) + location.hash);
      void app.restored.then(() => app.commands.execute(opening.command, { ...opening.args } as ReadonlyPartialJSONObject));
    }
    return { load, loaded: first.promise };
  }
};
