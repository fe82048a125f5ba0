/** The plugins of the JupyterLab extension. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { notebooksPlugin } from './panels/notebooksPlugin';
import { statusPlugin } from './panels/statusPlugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [notebooksPlugin, statusPlugin];

export default plugins;
