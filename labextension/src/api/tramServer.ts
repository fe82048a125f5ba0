/** The calls of TRAM's HTTP API that the lab makes, each as a method. */
import type { ServerConnection } from '@jupyterlab/services';

import type { Excerpt } from '../annotator/transport';
import type {
  AttackBody,
  BulkAction,
  BulkBody,
  EvidenceBody,
  ExplanationBody,
  Operation,
  ReportBody,
  RowsBody,
  SentenceBody,
  SplitBody,
  SuggestionBody,
  TechniqueCount,
  UndoneBody
} from '../annotator/types';
import type { ServerStatus } from '../status/status';
import { type Call, fetchStatus, request, requestBlob, urlOf } from './client';
import type { components } from './schema.generated';

type Bodies = components['schemas'];

export type ReportOutline = Bodies['ReportOutlineBody'];
export type Job = Bodies['JobBody'];
export type Version = Bodies['VersionBody'];
export type Card = Bodies['CardBody'];
export type Training = Bodies['TrainingBody'];
export type Comparison = Bodies['ComparisonBody'];
export type LearningCurve = Bodies['LearningCurveBody'];
export type ModelEntry = Bodies['ModelEntryBody'];
export type Uploaded = Bodies['UploadedBody'];
export type LogRow = Bodies['LogBody'];
export type TechniqueInfo = Bodies['TechniqueBody'];

/** How many sentences one request asks for by number: their numbers stand in its URL. */
const MOST_IDS = 200;

/** Conditions and identity of a write. */
export interface Guard {
  /** The version that the user saw. */
  version?: number;
  /** The idempotency key. */
  key?: string;
}

function guardHeaders({ version, key }: Guard): Record<string, string> {
  return {
    ...(version === undefined ? {} : { 'If-Match': `"${version}"` }),
    ...(key === undefined ? {} : { 'Idempotency-Key': key })
  };
}

export class TramServer {
  private attackBody: Promise<AttackBody> | null = null;

  constructor(readonly settings: ServerConnection.ISettings) {}

  // Reports and documents.
  status = (): Promise<ServerStatus> => fetchStatus(this.settings);
  reports = (): Promise<ReportOutline[]> => this.get('api/tram/reports');
  report = (id: number): Promise<ReportBody> => this.get(`api/reports/${id}/`);
  rename = (id: number, name: string, version: number): Promise<ReportBody> =>
    this.send('PATCH', `api/reports/${id}/`, { name }, { version });
  useForTraining = (id: number, use: boolean): Promise<ReportBody> =>
    this.send('PATCH', `api/reports/${id}/`, { use_for_training: use });
  /** Map a report again, and say how many proposals differ. */
  remap = (id: number, model: string): Promise<BulkBody> =>
    this.call(`api/tram/reports/${id}/remap`, { method: 'POST', json: { model }, timeout: 0 });
  deleteReport = (id: number): Promise<void> => this.send('DELETE', `api/reports/${id}/`);
  jobs = (): Promise<Job[]> => this.get('api/jobs/');
  job = (id: number): Promise<Job> => this.get(`api/jobs/${id}/`);
  cancelJob = (id: number): Promise<void> => this.send('DELETE', `api/jobs/${id}/`);
  retryJob = (id: number): Promise<Job> => this.send('POST', `api/tram/jobs/${id}/retry`);
  uploadPath = (path: string, model?: string): Promise<Uploaded> =>
    this.send('POST', 'api/upload/', model === undefined ? { path } : { path, model });

  upload(file: File, model?: string): Promise<Uploaded> {
    const form = new FormData();
    if (model !== undefined) {
      form.append('model', model);
    }
    form.append('file', file, file.name);
    return this.call('api/upload/', { method: 'POST', form, timeout: 0 });
  }

  exportUrl = (id: number, format: string): string => urlOf(this.settings, `api/report-mappings/${id}/`, { format });
  documentUrl = (documentId: number): string => urlOf(this.settings, `api/download/${documentId}`);

  text = (id: number): Promise<Bodies['ReportTextBody']> => this.get(`api/tram/reports/${id}/text`);
  pageSizes = async (id: number): Promise<number[][]> =>
    (await this.get<Bodies['PageSizesBody']>(`api/tram/reports/${id}/pages`)).sizes;
  pageImage = (id: number, number: number, width: number): Promise<Blob> =>
    requestBlob(this.settings, `api/tram/reports/${id}/page`, { query: { number, width } });
  pageBoxes = async (id: number, number: number): Promise<Bodies['SentenceBoxesBody'][]> =>
    (await this.get<Bodies['PageBoxesBody']>(`api/tram/reports/${id}/page-boxes`, { number })).sentences;

  // Models.
  models = (): Promise<ModelEntry[]> => this.get('api/tram/models');
  versions = (name: string): Promise<Version[]> => this.get(`api/tram/models/${encodeURIComponent(name)}/versions`);
  card = (name: string, version?: number): Promise<Card> =>
    this.get(`api/tram/models/${encodeURIComponent(name)}`, { version });
  compare = (a: string, b: string): Promise<Comparison> => this.get('api/tram/models/compare', { a, b });
  restore = (name: string, version: number): Promise<Version> =>
    this.send('POST', `api/tram/models/${encodeURIComponent(name)}/restore`, { version });
  trainings = (): Promise<Training[]> => this.get('api/tram/trainings', { limit: 20 });
  training = (id: number): Promise<Training> => this.get(`api/tram/trainings/${id}`);
  cancelTraining = (id: number): Promise<void> => this.send('DELETE', `api/tram/trainings/${id}`);
  learningCurves = (model: string): Promise<LearningCurve[]> => this.get('api/tram/learning-curves', { model, limit: 1 });
  /** Start a training, and return it under way. */
  train = (name: string): Promise<Training> =>
    this.call(`api/train-model/${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { Prefer: 'respond-async' }
    });

  // Review.
  rows = (id: number, query: Call['query']): Promise<RowsBody> => this.get(`api/tram/reports/${id}/rows`, query);
  sentence = (id: number): Promise<SentenceBody> => this.get(`api/sentences/${id}/`);

  async sentences(report: number, ids: readonly number[]): Promise<SentenceBody[]> {
    const parts: Promise<SentenceBody[]>[] = [];
    for (let start = 0; start < ids.length; start += MOST_IDS) {
      const part = ids.slice(start, start + MOST_IDS).join(',');
      parts.push(this.get('api/sentences/', { 'report-id': report, ids: part }));
    }
    return (await Promise.all(parts)).flat();
  }

  step = (id: number, operation: Operation, guard: Guard): Promise<SentenceBody> =>
    this.send('POST', `api/tram/sentences/${id}/step`, operation, guard);
  split = (id: number, at: number, guard: Guard): Promise<SplitBody> =>
    this.send('POST', `api/tram/sentences/${id}/split`, { at }, guard);
  extract = (report: number, excerpt: Excerpt): Promise<SentenceBody> =>
    this.send('POST', `api/tram/reports/${report}/excerpts`, excerpt);
  merge = (sentences: readonly number[], guard: Guard): Promise<SentenceBody> =>
    this.send('POST', 'api/tram/sentences/merge', { sentences }, guard);
  review = (id: number, action: BulkAction): Promise<BulkBody> => this.send('POST', `api/tram/reports/${id}/review`, action);
  undo = (id: number, steps: number, key: string): Promise<UndoneBody> =>
    this.send('POST', `api/tram/reports/${id}/undo`, { steps }, { key });
  redo = (id: number, steps: number, key: string): Promise<UndoneBody> =>
    this.send('POST', `api/tram/reports/${id}/redo`, { steps }, { key });
  explanation = (id: number, attackId: string): Promise<ExplanationBody & { version: number }> =>
    this.get(`api/tram/sentences/${id}/explanation`, { 'attack-id': attackId });
  suggestions = async (id: number): Promise<SuggestionBody[]> =>
    (await this.get<{ suggestions: SuggestionBody[] }>(`api/tram/sentences/${id}/suggestions`)).suggestions;
  log = (report: number | undefined, limit: number): Promise<LogRow[]> =>
    this.get('api/tram/log', { 'report-id': report, limit });

  // ATT&CK.
  counts = (reports: readonly number[] | null): Promise<TechniqueCount[]> =>
    this.get('api/tram/matrix', { 'report-id': reports?.join(',') });
  evidence = async (attackId: string, reports: readonly number[] | null, limit = 20): Promise<EvidenceBody[]> => {
    const query = { 'report-id': reports?.join(','), limit };
    const found = await this.get<EvidenceBody[]>(`api/tram/matrix/${encodeURIComponent(attackId)}`, query);
    return found.map(item => ({ ...item, similarity: null }));
  };
  technique = (attackId: string): Promise<TechniqueInfo> => this.get(`api/tram/techniques/${encodeURIComponent(attackId)}`);

  /** The loaded ATT&CK, read once: it has hundreds of kilobytes. A failure is not kept. */
  attack(): Promise<AttackBody> {
    this.attackBody ??= this.readAttack().catch((error: unknown) => {
      this.attackBody = null;
      throw error;
    });
    return this.attackBody;
  }

  /** Drop the cached ATT&CK: another version was loaded. */
  forgetAttack(): void {
    this.attackBody = null;
  }

  private async readAttack(): Promise<AttackBody> {
    const [status, tactics, techniques] = await Promise.all([
      this.status(),
      this.get<AttackBody['tactics']>('api/tram/tactics'),
      this.get<AttackBody['techniques']>('api/tram/techniques', { all: 1 })
    ]);
    techniques.sort((one, other) => (one.attack_id < other.attack_id ? -1 : 1));
    return { version: status.attack[0]?.version ?? '', tactics, techniques };
  }

  private call<T>(path: string, call: Call): Promise<T> {
    // The schema of each answer is held by the server's own tests.
    return request(this.settings, path, call) as Promise<T>;
  }

  private get<T>(path: string, query?: Call['query']): Promise<T> {
    return this.call(path, query === undefined ? {} : { query });
  }

  private send<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, json?: unknown, guard: Guard = {}): Promise<T> {
    return this.call(path, { method, headers: guardHeaders(guard), ...(json === undefined ? {} : { json }) });
  }
}
