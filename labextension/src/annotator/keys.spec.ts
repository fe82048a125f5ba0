import { afterEach, expect, it } from 'vitest';

import type { Controller } from './controller';
import { COMMANDS, commandGroups, handleKey, keyOf, reassignKeys } from './keys';

afterEach(() => reassignKeys({}));

function pressed(key: string): string[] {
  const done: string[] = [];
  const controller = { decide: (disposition: string | null) => done.push(String(disposition)) } as unknown as Controller;
  handleKey(controller, new KeyboardEvent('keydown', { key }));
  return done;
}

it('gives each key to one command', () => {
  const keys = COMMANDS.flatMap(group => group.commands).flatMap(command => command.keys);
  expect(new Set(keys).size).toBe(keys.length);
});

it('lets commands have other keys, and shows these', () => {
  reassignKeys({ accept: ['Y'], reject: [] });
  expect([pressed('y'), pressed('a'), pressed('r')]).toEqual([['accept'], [], []]);
  expect([keyOf('accept'), keyOf('reject'), keyOf('clear')]).toEqual(['Y', '', 'C']);
  const shown = commandGroups().flatMap(group => group.commands);
  expect(shown.find(command => command.id === 'accept')?.keys).toEqual(['Y']);
});

it('passes over ids that no command has', () => {
  reassignKeys({ launch: ['A'] });
  expect(pressed('a')).toEqual(['accept']);
});
