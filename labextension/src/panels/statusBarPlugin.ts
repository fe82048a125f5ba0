/** Shows in the status bar what TRAM is doing. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { Widget } from '@lumino/widgets';

import { CommandIDs } from '../commands';
import { isUnderWay } from '../models/workbenchModel';
import { counted, words } from '../words';
import { ITramWorkbench } from '../workbench/token';

export const statusBarPlugin: JupyterFrontEndPlugin<void> = {
  id: 'tram-ext:status-bar',
  description: 'Shows in the status bar what TRAM is doing.',
  autoStart: true,
  requires: [ITramWorkbench, IStatusBar],
  activate: (app: JupyterFrontEnd, { model }: ITramWorkbench, bar: IStatusBar): void => {
    const item = new Widget({ node: document.createElement('button') });
    item.node.setAttribute('type', 'button');
    item.addClass('jp-StatusBar-TextItem');
    item.addClass('tram-StatusItem');
    item.node.addEventListener('click', () => void app.commands.execute(CommandIDs.showStatus));
    const text = (): string => {
      const jobs = model.contents?.jobs.filter(isUnderWay) ?? [];
      const trainings = model.contents?.trainings.filter(isUnderWay) ?? [];
      if (jobs.length + trainings.length === 0) {
        return '';
      }
      const said = jobs.length > 0 ? counted('mapping %1 document', 'mapping %1 documents', jobs.length) : words('training');
      const shares = [...jobs, ...trainings].map(work => work.progress);
      const percent = Math.round((100 * shares.reduce((sum, share) => sum + share, 0)) / shares.length);
      return words('TRAM: %1, %2 %', said, percent);
    };
    model.subscribe(() => {
      item.node.textContent = text();
      item.setHidden(item.node.textContent === '');
    });
    item.hide();
    bar.registerStatusItem('tram-ext:status-bar', { item, align: 'left', rank: 40 });
  }
};
