import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { RequestFailure } from '../api/client';
import { PREPARING, READY, TRAINING } from '../status/examples';
import type { ServerStatus } from '../status/status';
import { INTERVALS, StatusModel } from './statusModel';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function followed(answer: () => Promise<ServerStatus>) {
  const fetch = vi.fn(answer);
  const model = new StatusModel(fetch);
  return { fetch, model };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('StatusModel', () => {
  it('asks nothing before somebody looks', async () => {
    const { fetch } = followed(async () => READY);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(fetch).not.toHaveBeenCalled();
  });

  it('asks slowly once ready, and not at all while hidden', async () => {
    const { fetch, model } = followed(async () => READY);
    model.setVisible(true);
    await settle();
    expect(model.state).toEqual({ kind: 'answered', status: READY });
    await vi.advanceTimersByTimeAsync(INTERVALS.ready);
    expect(fetch).toHaveBeenCalledTimes(2);
    model.setVisible(false);
    await vi.advanceTimersByTimeAsync(INTERVALS.ready * 10);
    expect(fetch).toHaveBeenCalledTimes(2);
    model.setVisible(true);
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  it('asks more often while something is under way, and not at all while hidden', async () => {
    const { fetch, model } = followed(async () => TRAINING);
    model.setVisible(true);
    await settle();
    await vi.advanceTimersByTimeAsync(INTERVALS.working * 3);
    expect(fetch).toHaveBeenCalledTimes(4);
    model.setVisible(false);
    await vi.advanceTimersByTimeAsync(INTERVALS.working * 3);
    expect(fetch).toHaveBeenCalledTimes(4);
  });

  it('follows the preparation while hidden, until it is done', async () => {
    let progress = 0;
    const { model } = followed(async () => {
      progress += 0.25;
      return progress > 1 ? READY : { ...PREPARING, preparing: { stage: 'Training', progress } };
    });
    model.setVisible(true);
    await settle();
    model.setVisible(false);
    await vi.advanceTimersByTimeAsync(INTERVALS.preparing * 4);
    expect(model.state).toEqual({ kind: 'answered', status: READY });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks ever more rarely while nothing moves, but never stops', async () => {
    const { fetch, model } = followed(async () => PREPARING);
    model.setVisible(true);
    await vi.advanceTimersByTimeAsync(60_000);
    const inFirstMinute = fetch.mock.calls.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(inFirstMinute).toBeLessThan(15);
    expect(fetch.mock.calls.length - inFirstMinute).toBeGreaterThanOrEqual(2);
  });

  it('recovers by itself from a server that did not answer', async () => {
    const answers = [Promise.reject(new RequestFailure('unreachable', 'refused')), Promise.resolve(READY)];
    const { model } = followed(() => answers.shift() ?? Promise.resolve(READY));
    model.setVisible(true);
    await settle();
    expect(model.state).toEqual({ kind: 'failed', failure: 'unreachable', detail: 'refused' });
    await vi.advanceTimersByTimeAsync(INTERVALS.failed);
    expect(model.state.kind).toBe('answered');
  });

  it('has one question under way at a time', async () => {
    const { fetch, model } = followed(() => new Promise<ServerStatus>(() => undefined));
    model.setVisible(true);
    void model.refresh();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetch).toHaveBeenCalledOnce();
  });

  it('tells its listeners of changes only', async () => {
    const { model } = followed(async () => READY);
    const listener = vi.fn();
    const end = model.subscribe(listener);
    model.setVisible(true);
    await vi.advanceTimersByTimeAsync(INTERVALS.ready * 3);
    expect(listener).toHaveBeenCalledOnce();
    end();
  });

  it('is silent after its end', async () => {
    const { fetch, model } = followed(async () => PREPARING);
    model.setVisible(true);
    await settle();
    model.dispose();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetch).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });
});
