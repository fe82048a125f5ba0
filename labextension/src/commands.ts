/** The ids of the commands, for menus, shortcuts and other extensions. */
import type { ReadonlyJSONObject } from '@lumino/coreutils';

export const CommandIDs = {
  cancelJob: 'tram:cancel-job',
  deleteReport: 'tram:delete-report',
  downloadDocument: 'tram:download-document',
  exportReport: 'tram:export-report',
  importReport: 'tram:import-report',
  insertCode: 'tram:insert-code',
  mapFile: 'tram:map-file',
  openMatrix: 'tram:open-matrix',
  openModel: 'tram:open-model',
  openNotebook: 'tram:open-notebook',
  openReport: 'tram:open-report',
  openSample: 'tram:open-sample',
  openTechnique: 'tram:open-technique',
  remapReport: 'tram:remap-report',
  renameReport: 'tram:rename-report',
  retryJob: 'tram:retry-job',
  showStatus: 'tram:show-status',
  train: 'tram:train',
  upload: 'tram:upload',
  useForTraining: 'tram:use-for-training'
} as const;

/** The description of a command's arguments, as a JSON schema. */
export function describedBy(
  properties: Record<string, ReadonlyJSONObject>,
  required: readonly string[] = []
): { args: ReadonlyJSONObject } {
  return { args: { type: 'object', properties, required } };
}
