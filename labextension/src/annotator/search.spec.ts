// @vitest-environment node
import { describe, expect, it } from 'vitest';

import { AttackIndex } from './search';
import { ATTACK } from './testing/examples';

const index = new AttackIndex(ATTACK);

function ids(query: string): string[] {
  return index.search(query).map(hit => hit.technique.attack_id);
}

describe('searching techniques', () => {
  it.each([
    ['T1059.003', 'T1059.003'],
    ['t1059.003', 'T1059.003'],
    ['1059', 'T1059'],
    ['PowerShell', 'T1059.001'],
    ['powersh', 'T1059.001'],
    ['command shell', 'T1059.003'],
    ['shell windows', 'T1059.003'],
    ['cmd.exe', 'T1059.003'],
    ['schtasks', 'T1053.005'],
    ['cron', 'T1053']
  ])('finds %s', (query, expected) => {
    expect(ids(query)[0]).toBe(expected);
  });

  it('lists sub-techniques after the technique whose id was typed', () => {
    expect(ids('T1059')).toEqual(['T1059', 'T1059.001', 'T1059.003']);
  });

  it('says by which alias it was found', () => {
    expect(index.search('schtasks')[0]?.alias).toBe('schtasks');
    expect(index.search('powershell')[0]?.alias).toBeNull();
  });

  it('finds nothing for what nothing is called, and everything for nothing', () => {
    expect(ids('zebra')).toEqual([]);
    expect(ids('')).toHaveLength(ATTACK.techniques.length);
    expect(index.search('', 3)).toHaveLength(3);
  });

  it('offers no technique that was revoked', () => {
    const first = ATTACK.techniques[0];
    const revoked = new AttackIndex({ ...ATTACK, techniques: first ? [{ ...first, status: 'revoked' }] : [] });
    expect(revoked.search('cron')).toEqual([]);
    expect(revoked.find('T1053')?.name).toBe('Scheduled Task/Job');
  });

  it('names a sub-technique with its technique, and knows its column', () => {
    const shell = index.find('T1059.003');
    expect(shell && index.fullName(shell)).toBe('Command and Scripting Interpreter: Windows Command Shell');
    expect(index.columnOf('T1071')).toBe(2);
    expect(index.columnOf('T1059.999')).toBe(0);
    expect(index.columnOf('T9999')).toBeNull();
  });
});
