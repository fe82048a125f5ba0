/** The tutorial notebooks: their list, and copying them to the user's folder. */
import type { Contents } from '@jupyterlab/services';

import type { components } from '../api/schema.generated';
import { FOLDER } from './guides';

/** A file of the server's copy: its path in the user's folder, and its content in Base64. */
export type NotebookFile = Readonly<components['schemas']['NotebookFileBody']>;

export type ContentsAccess = Pick<Contents.IManager, 'get' | 'save'>;

/** Whether an error of Jupyter's contents says that there is no such file. */
function isMissing(error: unknown): boolean {
  const response: unknown = error instanceof Error && 'response' in error ? error.response : undefined;
  return response instanceof Response && response.status === 404;
}

async function exists(contents: ContentsAccess, path: string): Promise<boolean> {
  try {
    await contents.get(path, { content: false });
    return true;
  } catch (error) {
    if (isMissing(error)) {
      return false;
    }
    throw error;
  }
}

async function makeFolder(contents: ContentsAccess, path: string): Promise<void> {
  if (!(await exists(contents, path))) {
    await contents.save(path, { type: 'directory' });
  }
}

/** The text of bytes in Base64. */
function decoded(content: string): string {
  const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

function model(file: NotebookFile): Partial<Contents.IModel> {
  if (file.path.endsWith('.ipynb')) {
    return { type: 'notebook', format: 'json', content: JSON.parse(decoded(file.content)) };
  }
  return { type: 'file', format: 'base64', content: file.content };
}

/** Write missing files below `FOLDER`; existing ones are the user's, and are kept. */
export async function copyMissing(contents: ContentsAccess, files: readonly NotebookFile[]): Promise<void> {
  const folders = new Set([FOLDER]);
  for (const file of files) {
    const parts = file.path.split('/').slice(0, -1);
    if (parts.length > 0) {
      folders.add([FOLDER, ...parts].join('/'));
    }
  }
  for (const folder of folders) {
    await makeFolder(contents, folder);
  }
  for (const file of files) {
    const path = `${FOLDER}/${file.path}`;
    if (!(await exists(contents, path))) {
      await contents.save(path, model(file));
    }
  }
}

/** Whether a body is a list of files. */
export function areNotebookFiles(body: unknown): body is NotebookFile[] {
  return (
    Array.isArray(body) &&
    body.every(
      (item: unknown) =>
        typeof item === 'object' &&
        item !== null &&
        'path' in item &&
        typeof item.path === 'string' &&
        'content' in item &&
        typeof item.content === 'string'
    )
  );
}
