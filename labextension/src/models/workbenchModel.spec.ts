import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeEvents, FakeServer, json } from '../testing/tramServer';
import { type Ending, RHYTHM, WorkbenchModel } from './workbenchModel';

const JOB = { id: 3, name: 'a.pdf', status: 'Running', progress: 0.2, stage: 'reading', message: '', report_id: null };
const TRAINING = { id: 2, model: 'linear', state: 'Running', progress: 0.5, stage: 'fitting', result: null };

let lists: { reports: unknown; jobs: Record<string, unknown>[]; trainings: Record<string, unknown>[] };
let fake: FakeServer;
let events: FakeEvents;
let model: WorkbenchModel;

beforeEach(() => {
  vi.useFakeTimers();
  lists = { reports: [], jobs: [], trainings: [] };
  fake = new FakeServer({
    'GET api/tram/reports': () => lists.reports,
    'GET api/jobs/': () => lists.jobs,
    'GET api/tram/models': [],
    'GET api/tram/trainings': () => lists.trainings,
    'GET api/jobs/3/': { ...JOB, status: 'Done', progress: 1, report_id: 8 }
  });
  events = new FakeEvents();
  model = new WorkbenchModel(fake.server, events);
});

afterEach(() => {
  model.dispose();
  vi.useRealTimers();
});

const asked = (): number => fake.of('GET', 'api/tram/reports').length;

it('asks for nothing before somebody watches', async () => {
  events.emit({ kind: 'review', action: 'accept', report: 1, sentences: [] });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked()).toBe(0);
});

it('reads again soon after an event, and a burst of them once', async () => {
  model.watch();
  await vi.advanceTimersByTimeAsync(1);
  for (let time = 0; time < 5; time += 1) {
    events.emit({ kind: 'review', action: 'accept', report: 1, sentences: [] });
  }
  await vi.advanceTimersByTimeAsync(RHYTHM.gather + 1);
  expect(asked()).toBe(2);
});

it('reads rarely at rest, often while a job runs, and no more when nobody watches', async () => {
  const unwatch = model.watch();
  await vi.advanceTimersByTimeAsync(RHYTHM.idle - 10);
  expect(asked()).toBe(1);
  lists.jobs = [JOB];
  await model.refresh();
  await vi.advanceTimersByTimeAsync(2 * RHYTHM.working + 10);
  expect(asked()).toBe(4);
  lists.jobs = [];
  unwatch();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked()).toBe(5);
});

it('moves the progress of a job without a request', async () => {
  lists.jobs = [JOB];
  model.watch();
  await vi.advanceTimersByTimeAsync(1);
  events.emit({ kind: 'job', job: 3, status: 'Running', progress: 0.7, report: null });
  expect(model.contents?.jobs[0]?.progress).toBe(0.7);
  expect(asked()).toBe(1);
});

describe('endings', () => {
  let told: Ending[];

  beforeEach(async () => {
    told = [];
    lists.jobs = [JOB];
    lists.trainings = [TRAINING];
    model.onEnding(ending => told.push(ending));
    model.watch();
    await vi.advanceTimersByTimeAsync(1);
  });

  it('of a job that is listed no more are told with its report', async () => {
    lists.jobs = [];
    await model.refresh();
    expect(told).toMatchObject([{ kind: 'job', job: { id: 3, status: 'Done', report_id: 8 } }]);
  });

  it('of a job that was over before it was seen are told from its event', async () => {
    events.emit({ kind: 'job', job: 3, status: 'Done', progress: 1, report: 8 });
    lists.jobs = [];
    await vi.advanceTimersByTimeAsync(RHYTHM.gather + 1);
    expect(told).toMatchObject([{ kind: 'job', job: { id: 3, status: 'Done' } }]);
  });

  it('of a training that was over before it was seen are told', async () => {
    lists.trainings = [{ ...TRAINING, id: 3, state: 'Done', result: { version: 5 } }, TRAINING];
    await model.refresh();
    expect(told).toMatchObject([{ kind: 'training', training: { id: 3 } }]);
  });

  it('of a job that failed are told', async () => {
    fake.routes['GET api/jobs/3/'] = { ...JOB, status: 'Error', message: 'It is encrypted.' };
    lists.jobs = [{ ...JOB, status: 'Error', message: 'It is encrypted.' }];
    await model.refresh();
    await model.refresh();
    expect(told).toMatchObject([{ kind: 'job', job: { status: 'Error', message: 'It is encrypted.' } }]);
  });

  it('of trainings are told once', async () => {
    lists.trainings = [{ ...TRAINING, state: 'Done', result: { version: 4 } }];
    await model.refresh();
    await model.refresh();
    expect(told).toMatchObject([{ kind: 'training', training: { id: 2, state: 'Done' } }]);
  });
});

it('says why there is no answer, and tries again', async () => {
  lists.reports = json({ detail: 'Your role does not permit this.' }, 403);
  model.watch();
  await vi.advanceTimersByTimeAsync(1);
  expect(model.failure).toEqual({ kind: 'forbidden', message: 'Your role does not permit this.' });
  lists.reports = [];
  await vi.advanceTimersByTimeAsync(RHYTHM.failed + 10);
  expect(model.failure).toBeNull();
  expect(model.contents).not.toBeNull();
});

it('keeps what it knows while the server is gone', async () => {
  model.watch();
  await vi.advanceTimersByTimeAsync(1);
  fake.isDown = true;
  await model.refresh();
  expect(model.failure?.kind).toBe('unreachable');
  expect(model.contents?.reports).toEqual([]);
});
