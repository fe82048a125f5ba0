/** Answers of a server, for the specs. */
import type { ServerStatus } from './status';

export const READY: ServerStatus = {
  version: '0.1.0',
  ready: true,
  preparing: null,
  error: null,
  user: { name: 'ada', role: 'admin' },
  attack: [{ domain: 'enterprise-attack', version: '18.1', techniques: 691 }],
  default_model: { name: 'default', version: 3 },
  counts: { reports: 12, sentences: 11130, builtin_sentences: 15895, jobs: 0 },
  tasks: []
};

export const PREPARING: ServerStatus = {
  ...READY,
  ready: false,
  preparing: { stage: 'Loading ATT&CK', progress: 0.4 },
  attack: [],
  default_model: null,
  counts: { reports: 0, sentences: 0, builtin_sentences: 0, jobs: 0 }
};

export const TRAINING: ServerStatus = {
  ...READY,
  counts: { reports: 0, sentences: 0, builtin_sentences: 15895, jobs: 1 },
  tasks: [
    { kind: 'training', id: 3, model: 'linear', progress: 0.32, stage: 'fitting' },
    { kind: 'learning curve', id: 4, model: 'nb', progress: 0, stage: '' }
  ]
};
