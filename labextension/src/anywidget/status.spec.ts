import { afterEach, describe, expect, it, vi } from 'vitest';

import { PREPARING, READY } from '../status/examples';
import widget from './status';

class FakeModel {
  constructor(private status: unknown) {}

  readonly listeners = new Set<() => void>();

  get(): unknown {
    return this.status;
  }

  on(_event: string, listener: () => void): void {
    this.listeners.add(listener);
  }

  off(_event: string, listener: () => void): void {
    this.listeners.delete(listener);
  }

  set(status: unknown): void {
    this.status = status;
    this.listeners.forEach(listener => listener());
  }
}

afterEach(() => document.body.replaceChildren());

describe('the status widget', () => {
  it('follows its trait until its end', async () => {
    const el = document.body.appendChild(document.createElement('div'));
    const model = new FakeModel(PREPARING);
    const end = widget.render({ model, el });
    await vi.waitFor(() => expect(el.querySelector('[role=progressbar]')).not.toBeNull());
    model.set(READY);
    await vi.waitFor(() => expect(el.textContent).toContain('Ready'));
    end();
    expect(model.listeners.size).toBe(0);
    expect(el.textContent).toBe('');
  });

  it('shows that it waits while the trait is empty', async () => {
    const el = document.body.appendChild(document.createElement('div'));
    widget.render({ model: new FakeModel({}), el });
    await vi.waitFor(() => expect(el.textContent).toContain('Connecting'));
  });
});
