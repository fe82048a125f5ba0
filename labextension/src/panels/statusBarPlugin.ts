/** Shows in the status bar what TRAM is doing. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { Widget } from '@lumino/widgets';

import { CommandIDs } from '../commands';
import { ITramWorkbench } from '../workbench/token';

export const statusBarPlugin: JupyterFrontEndPlugin<void> = {
  id: 'tram-ext:status-bar',
  description: 'Shows in the status bar what TRAM is doing.',
  autoStart: true,
  requires: [ITramWorkbench],
  // Notebook 7 has none.
  optional: [IStatusBar],
  activate: (app: JupyterFrontEnd, { loaded }: ITramWorkbench, bar: IStatusBar | null): void => {
    if (bar === null) {
      return;
    }
    const item = new Widget({ node: document.createElement('button') });
    item.node.setAttribute('type', 'button');
    item.addClass('jp-StatusBar-TextItem');
    item.addClass('tram-StatusItem');
    item.node.addEventListener('click', () => void app.commands.execute(CommandIDs.showStatus));
    void loaded.then(async ({ model }) => {
      const { statusText } = await import('./statusText');
      model.subscribe(() => {
        item.node.textContent = statusText(model.contents);
        item.setHidden(item.node.textContent === '');
      });
    });
    item.hide();
    bar.registerStatusItem('tram-ext:status-bar', { item, align: 'left', rank: 40 });
  }
};
