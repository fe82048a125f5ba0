/** Addresses that open a document: a browser tab of its own in Notebook 7, or a link from elsewhere. */
import { URLExt } from '@jupyterlab/coreutils';

import { CommandIDs } from '../commands';
import { type Arguments, numberArgument, textArgument } from './selection';

/** The part of the query that names the document, such as `report:5`. */
const PARAMETER = 'tram-open';

export interface Opening {
  command: string;
  args: Arguments;
}

/** The address in JupyterLab that opens what a command opens with these arguments. */
export function addressOf(baseUrl: string, { command, args }: Opening): string {
  const kinds: Readonly<Record<string, string>> = {
    [CommandIDs.openReport]: `report:${numberArgument(args, 'id') ?? ''}`,
    [CommandIDs.openMatrix]: `matrix:${Array.isArray(args['ids']) ? args['ids'].join(',') : ''}`,
    [CommandIDs.openTechnique]: `technique:${textArgument(args, 'attackId') ?? ''}`,
    [CommandIDs.openModel]: `model:${textArgument(args, 'name') ?? ''}`
  };
  return `${URLExt.join(baseUrl, 'lab')}?${new URLSearchParams([[PARAMETER, kinds[command] ?? '']])}`;
}

/** What the query of an address asks to open; null where it asks for nothing, or for nothing that can be opened. */
export function openingOf(search: string): Opening | null {
  const [kind, value = ''] = new URLSearchParams(search).get(PARAMETER)?.split(':', 2) ?? [];
  const number = Number(value);
  switch (kind) {
    case 'report':
      return Number.isInteger(number) && number > 0 ? { command: CommandIDs.openReport, args: { id: number } } : null;
    case 'matrix': {
      const ids = value.split(',').map(Number);
      const isGiven = value !== '' && ids.every(id => Number.isInteger(id) && id > 0);
      return { command: CommandIDs.openMatrix, args: isGiven ? { ids } : {} };
    }
    case 'technique':
      return /^[A-Z]+\d[\d.]*$/i.test(value) ? { command: CommandIDs.openTechnique, args: { attackId: value } } : null;
    case 'model':
      return value === '' ? null : { command: CommandIDs.openModel, args: { name: value } };
    default:
      return null;
  }
}

/** A query without what asks to open a document, which a reload must not open again. */
export function withoutOpening(search: string): string {
  const query = new URLSearchParams(search);
  query.delete(PARAMETER);
  return query.size > 0 ? `?${query}` : '';
}
