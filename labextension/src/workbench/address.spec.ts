import { expect, it } from 'vitest';

import { CommandIDs } from '../commands';
import { addressOf, openingOf, withoutOpening } from './address';

const BASE = 'http://localhost:8888/user/bob/';

it.each([
  [{ command: CommandIDs.openReport, args: { id: 5 } }],
  [{ command: CommandIDs.openMatrix, args: {} }],
  [{ command: CommandIDs.openMatrix, args: { ids: [1, 2] } }],
  [{ command: CommandIDs.openTechnique, args: { attackId: 'T1059.001' } }],
  [{ command: CommandIDs.openModel, args: { name: 'my model' } }]
])('leads to what it was made of: %j', opening => {
  const address = new URL(addressOf(BASE, opening));
  expect(address.pathname).toBe('/user/bob/lab');
  expect(openingOf(address.search)).toEqual(opening);
});

it.each([
  '',
  '?x=1',
  '?tram-open=',
  '?tram-open=report:',
  '?tram-open=report:x',
  '?tram-open=report:-1',
  '?tram-open=shell:rm',
  '?tram-open=technique:<b>',
  '?tram-open=model:'
])('opens nothing for %s', search => expect(openingOf(search)).toBeNull());

it('is left without what was opened', () => {
  expect(withoutOpening('?tram-open=report:5&reset')).toBe('?reset=');
  expect(withoutOpening('?tram-open=report:5')).toBe('');
});
