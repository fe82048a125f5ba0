/** The plugins of the JupyterLab extension. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { statusPlugin } from './panels/statusPlugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [statusPlugin];

export default plugins;
