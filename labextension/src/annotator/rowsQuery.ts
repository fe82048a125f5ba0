/** The query that matches every sentence. */
import type { RowsQuery } from './types';

export const EVERYTHING: RowsQuery = {
  filter: { disposition: null, technique: null, least: null, most: null, text: '' },
  order: 'reading'
};

export function isEverything(query: RowsQuery): boolean {
  const { disposition, technique, least, most, text } = query.filter;
  return disposition === null && technique === null && least === null && most === null && text === '';
}
