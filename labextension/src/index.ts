/** The plugins of the JupyterLab extension. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { matrixPlugin } from './panels/matrixPlugin';
import { modelPlugin } from './panels/modelPlugin';
import { notebooksPlugin } from './panels/notebooksPlugin';
import { reportActionsPlugin } from './panels/reportActionsPlugin';
import { reportPlugin } from './panels/reportPlugin';
import { sidebarPlugin } from './panels/sidebarPlugin';
import { statusBarPlugin } from './panels/statusBarPlugin';
import { techniquePlugin } from './panels/techniquePlugin';
import { uploadPlugin } from './panels/uploadPlugin';
import { workPlugin } from './panels/workPlugin';
import { workbenchPlugin } from './workbench/workbenchPlugin';

export { ITramWorkbench, type TramWorkbench } from './workbench/token';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  workbenchPlugin,
  sidebarPlugin,
  reportPlugin,
  matrixPlugin,
  techniquePlugin,
  modelPlugin,
  reportActionsPlugin,
  uploadPlugin,
  workPlugin,
  statusBarPlugin,
  notebooksPlugin
];

export default plugins;
