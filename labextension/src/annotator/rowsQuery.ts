/** The query that matches every sentence. */
import type { RowsQuery } from './types';

export const EVERYTHING: RowsQuery = {
  filter: { disposition: null, technique: null, least: null, most: null, text: '' },
  order: 'reading'
};

/** The query for the proposals that await review: every mapping has at least 0 %. */
export const PROPOSALS: RowsQuery = {
  filter: { ...EVERYTHING.filter, disposition: 'none', least: 0 },
  order: 'reading'
};

/** Whether a filter asks for sentences that await review and bear a proposal, of any confidence. */
export function isProposals({ disposition, least, most }: RowsQuery['filter']): boolean {
  return disposition === 'none' && least === 0 && most === null;
}

export function isEverything(query: RowsQuery): boolean {
  const { disposition, technique, least, most, text } = query.filter;
  return disposition === null && technique === null && least === null && most === null && text === '';
}
