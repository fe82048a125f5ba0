/** TRAM's mark as an icon that JupyterLab's themes colour. */
import { LabIcon } from '@jupyterlab/ui-components';

import { markSvg } from '../status/mark';

export const tramIcon = new LabIcon({ name: 'tram-ext:mark', svgstr: markSvg() });
