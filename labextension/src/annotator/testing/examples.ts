/** A small report and a small ATT&CK, made up for the specs. */
import type { AttackBody, Disposition, MappingBody, ReportBody, SentenceBody, Technique } from '../types';
import { MemoryTransport } from './memoryTransport';

export const HOSTILE = '<img src=x onerror="window.broken = true">';

export const REPORT: ReportBody = {
  id: 7,
  document_id: null,
  name: `Report for ${HOSTILE}`,
  byline: 'ada on 2026-05-03 12:00:00 UTC',
  accepted_sentences: 0,
  reviewing_sentences: 6,
  total_sentences: 6,
  text: '',
  ml_model: 'default',
  created_by: 'ada',
  created_on: '2026-05-03T12:00:00Z',
  updated_on: '2026-05-03T12:00:00Z',
  status: 'Reviewing',
  use_for_training: true,
  builtin: false,
  uuid: '0b1d5d5a-3c1e-4f6a-9d52-6f0a7c1b2e3d',
  version: 1
};

function technique(attack_id: string, name: string, tactics: string[], aliases: string[] = []): Technique {
  return {
    attack_id,
    name,
    aliases,
    tactics,
    description: `What ${name} is about`,
    is_excerpt: true,
    url: `https://attack.mitre.org/techniques/${attack_id.replace('.', '/')}`,
    status: 'active'
  };
}

export const ATTACK: AttackBody = {
  version: '18.1',
  tactics: [
    { attack_id: 'TA0002', shortname: 'execution', name: 'Execution' },
    { attack_id: 'TA0003', shortname: 'persistence', name: 'Persistence' },
    { attack_id: 'TA0011', shortname: 'command-and-control', name: 'Command and Control' }
  ],
  techniques: [
    technique('T1053', 'Scheduled Task/Job', ['execution', 'persistence'], ['cron']),
    technique('T1053.005', 'Scheduled Task', ['execution', 'persistence'], ['schtasks']),
    technique('T1059', 'Command and Scripting Interpreter', ['execution']),
    technique('T1059.001', 'PowerShell', ['execution'], ['Windows PowerShell']),
    technique('T1059.003', 'Windows Command Shell', ['execution'], ['cmd.exe']),
    technique('T1071', 'Application Layer Protocol', ['command-and-control']),
    { ...technique('T1064', HOSTILE, ['execution']), status: 'retired', url: 'javascript:broken()' }
  ]
};

export function mapping(sentence: number, attackId: string, confidence = '70.0', note = ''): MappingBody {
  const name = ATTACK.techniques.find(item => item.attack_id === attackId)?.name ?? attackId;
  return {
    id: sentence * 100,
    attack_id: attackId,
    name,
    confidence,
    sentence,
    report: 7,
    source: 'model',
    note,
    disposition: null,
    version: 1
  };
}

export function sentence(
  id: number,
  text: string,
  mappings: MappingBody[] = [],
  disposition: Disposition = null
): SentenceBody {
  return {
    id,
    text,
    order: id,
    disposition,
    mappings,
    report: 7,
    start: null,
    end: null,
    page: id < 3 ? 1 : 2,
    origin: '',
    version: 1,
    rejected_mappings: []
  };
}

export const SENTENCES: readonly SentenceBody[] = [
  sentence(1, 'The group ran PowerShell.', [mapping(1, 'T1059.001', '91.5')]),
  sentence(2, `It printed ${HOSTILE}. 🐻 Then it slept for an hour.`, [mapping(2, 'T1064', '55.0', HOSTILE)]),
  sentence(3, 'The weather was fine.'),
  sentence(4, 'A scheduled task started cmd.exe every hour.', [
    mapping(4, 'T1053.005', '88.0'),
    mapping(4, 'T1059.003', '62.0')
  ]),
  sentence(5, 'Beacons went out over HTTPS.', [mapping(5, 'T1071', '97.0')], 'accept'),
  sentence(6, 'Nothing else is known.', [mapping(6, 'T1071', '12.0')], 'reject')
];

export function exampleTransport(sentences: readonly SentenceBody[] = SENTENCES): MemoryTransport {
  return new MemoryTransport({ report: REPORT, attack: ATTACK, sentences: [...sentences] });
}

/** The browser's storage, for one spec. */
export class MemoryStorage {
  private readonly items = new Map<string, string>();

  get length(): number {
    return this.items.size;
  }

  key(index: number): string | null {
    return [...this.items.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}
