/** Copies the tutorial notebooks from the server to the user's folder. */
import type { ServerConnection } from '@jupyterlab/services';

import { fetchNotebookFiles } from '../api/client';
import { type ContentsAccess, copyMissing } from './notebookFiles';

/** Copy what is missing of the notebooks and their samples. */
export async function copyGuides(contents: ContentsAccess, settings: ServerConnection.ISettings): Promise<void> {
  await copyMissing(contents, await fetchNotebookFiles(settings));
}
