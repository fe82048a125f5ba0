import axe from 'axe-core';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Job, ModelEntry, ReportOutline } from '../api/tramServer';
import type { Contents } from '../models/workbenchModel';
import { PREPARING, READY } from '../status/examples';
import type { StatusState } from '../status/status';
import type { SidebarActions } from './actions';
import { Sidebar, type SidebarProps } from './Sidebar';

const REPORT: ReportOutline = {
  id: 5,
  name: '<img src=x onerror=alert(1)> & Co.pdf',
  ml_model: 'linear',
  created_by: 'ada',
  created_on: '2026-11-01T10:00:00Z',
  updated_on: '2026-11-01T10:00:00Z',
  document_id: 3,
  media_type: 'application/pdf',
  use_for_training: true,
  builtin: false,
  accepted: 2,
  rejected: 1,
  proposed: 4,
  total: 20,
  version: 1
};
const JOB: Job = {
  id: 9,
  name: 'b.pdf',
  byline: '',
  status: 'Running',
  message: '',
  created_by: 'ada',
  created_on: '2026-11-01T10:00:00Z',
  updated_on: '2026-11-01T10:00:00Z',
  progress: 0.42,
  stage: 'reading',
  document_id: 4,
  report_id: null,
  model: null
};
const MODEL: ModelEntry = { model: 'linear', is_default: true, versions: 0, active: null };

function contents(changes: Partial<Contents> = {}): Contents {
  return { reports: [REPORT], jobs: [], models: [MODEL], trainings: [], ...changes };
}

function as(role: 'viewer' | 'analyst'): StatusState {
  return { kind: 'answered', status: { ...READY, user: { name: 'ben', role } } };
}

let host: HTMLElement;
let root: Root;
let actions: { [Name in keyof SidebarActions]: ReturnType<typeof vi.fn> };

function show(changes: Partial<SidebarProps> = {}): void {
  const props: SidebarProps = {
    status: as('analyst'),
    contents: contents(),
    failure: null,
    sections: ['reports', 'queue', 'models', 'status'],
    actions: actions as unknown as SidebarActions,
    onRetry: vi.fn(),
    onTourClose: null,
    ...changes
  };
  act(() => root.render(<Sidebar {...props} />));
}

const button = (name: string): HTMLButtonElement | undefined =>
  [...host.querySelectorAll('button')].find(item => (item.getAttribute('aria-label') ?? item.textContent ?? '').includes(name));

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const names = [
    ...['openReport', 'openMatrix', 'openModel', 'exportReport', 'deleteReport', 'upload', 'chooseFiles', 'mapPaths'],
    ...['openSample', 'train', 'cancelJob', 'retryJob', 'cancelTraining', 'refresh']
  ];
  actions = Object.fromEntries(names.map(name => [name, vi.fn()])) as unknown as typeof actions;
  host = document.createElement('main');
  document.body.append(host);
  root = createRoot(host);
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
});

describe('a report', () => {
  it('is shown with what is left, as text and never as markup', () => {
    show();
    expect(host.querySelector('img')).toBeNull();
    expect(host.textContent).toContain('<img src=x onerror=alert(1)> & Co.pdf');
    expect(host.textContent).toContain('4 proposals left');
    expect(host.textContent).toContain('ada');
  });

  it('is opened, exported and deleted', () => {
    show();
    act(() => host.querySelector<HTMLElement>('[data-tram-report="5"] [data-row]')?.click());
    act(() => button('Export')?.click());
    act(() => button('Delete')?.click());
    expect(actions.openReport).toHaveBeenCalledWith(REPORT);
    expect(actions.exportReport).toHaveBeenCalledWith(REPORT);
    expect(actions.deleteReport).toHaveBeenCalledWith(REPORT);
  });

  it('that came with the workbench is not listed', () => {
    show({ contents: contents({ reports: [{ ...REPORT, builtin: true }] }) });
    expect(host.textContent).toContain('No reports yet.');
  });

  it('is found by the filter, and what does not match says so', () => {
    show({ contents: contents({ reports: [REPORT, { ...REPORT, id: 6, name: 'Other', created_by: 'eve' }] }) });
    const filter = host.querySelector<HTMLInputElement>('input[type=search]');
    const type = (text: string): void =>
      act(() => {
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(filter, text);
        filter?.dispatchEvent(new Event('input', { bubbles: true }));
      });
    type('EVE');
    expect([...host.querySelectorAll('[data-tram-report]')].map(item => item.getAttribute('data-tram-report'))).toEqual(['6']);
    type('nothing');
    expect(host.textContent).toContain('No report matches the filter.');
  });

  it('has words for every state of its review', () => {
    const reports = [
      { ...REPORT, id: 1, total: 0, accepted: 0, rejected: 0, proposed: 0 },
      { ...REPORT, id: 2, total: 3, accepted: 2, rejected: 1, proposed: 0 },
      { ...REPORT, id: 3, total: 10, accepted: 3, rejected: 0, proposed: 0 },
      { ...REPORT, id: 4, proposed: 1 }
    ];
    show({ contents: contents({ reports }) });
    const notes = [...host.querySelectorAll('.tram-Item-note > span:first-child')].slice(0, 4).map(item => item.textContent);
    expect(notes).toEqual(['1 proposal left', '30 % reviewed, no proposals left', 'All reviewed', 'No sentences']);
  });
});

describe('keys', () => {
  it('move between the rows of a section, and Delete asks to delete', () => {
    show({ contents: contents({ reports: [REPORT, { ...REPORT, id: 6 }, { ...REPORT, id: 7 }] }) });
    const rows = [...host.querySelectorAll<HTMLElement>('[data-tram-report] [data-row]')];
    const press = (key: string): void =>
      act(
        () => void document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
      );
    rows[0]?.focus();
    press('ArrowDown');
    expect(document.activeElement).toBe(rows[1]);
    press('End');
    expect(document.activeElement).toBe(rows[2]);
    press('ArrowDown');
    press('Home');
    press('ArrowUp');
    expect(document.activeElement).toBe(rows[0]);
    press('Delete');
    expect(actions.deleteReport).toHaveBeenCalledOnce();
  });
});

describe('the queue', () => {
  it('shows how far a job is, and cancels it', () => {
    show({ contents: contents({ jobs: [JOB] }) });
    expect(host.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')).toBe('42');
    act(() => button('Cancel b.pdf')?.click());
    expect(actions.cancelJob).toHaveBeenCalledWith(JOB);
  });

  it('says why a job waits', () => {
    show({ contents: contents({ jobs: [{ ...JOB, status: 'Queued', message: 'The disk is full.' }] }) });
    expect(host.textContent).toContain('The disk is full.');
  });

  it('says what went wrong, and tries again', () => {
    const failed: Job = { ...JOB, status: 'Error', message: 'The file is encrypted.' };
    show({ contents: contents({ jobs: [failed] }) });
    expect(host.textContent).toContain('The file is encrypted.');
    expect(host.querySelector('[role=progressbar]')).toBeNull();
    act(() => button('Try b.pdf again')?.click());
    expect(actions.retryJob).toHaveBeenCalledWith(failed);
  });
});

describe('a viewer', () => {
  it('sees everything, changes nothing, and is told why', () => {
    show({ status: as('viewer'), contents: contents({ jobs: [JOB] }) });
    expect(host.textContent).toContain('You are signed in as a viewer');
    for (const name of ['Delete', 'Upload', 'Cancel', 'Train']) {
      expect(button(name), name).toBeUndefined();
    }
    expect(button('Export')).toBeDefined();
  });
});

describe('states', () => {
  it('offer a sample where there is nothing yet', () => {
    show({ contents: contents({ reports: [] }) });
    act(() => button('Open a sample report')?.click());
    expect(actions.openSample).toHaveBeenCalledOnce();
  });

  it('show the progress of the preparation', () => {
    show({ status: { kind: 'answered', status: PREPARING }, contents: null });
    expect(host.querySelector('[role=progressbar]')).not.toBeNull();
  });

  it('say that the server is gone, and keep what is known', () => {
    const onRetry = vi.fn();
    show({ status: { kind: 'failed', failure: 'unreachable', detail: '' }, onRetry });
    expect(host.textContent).toContain('Not reachable');
    expect(host.querySelector('[data-tram-report]')).not.toBeNull();
    act(() => button('Try again')?.click());
    expect(onRetry).toHaveBeenCalledOnce();
  });

  it('say that there is no permission', () => {
    show({ status: { kind: 'failed', failure: 'forbidden', detail: 'No role.' }, contents: null });
    expect(host.textContent).toContain('Not permitted');
  });

  it('show only the sections that are wanted', () => {
    show({ sections: ['queue'] });
    expect([...host.querySelectorAll('h3')].map(item => item.textContent)).toEqual(['Queue0']);
  });

  it('fold sections away', () => {
    show();
    act(() => host.querySelector<HTMLElement>('.tram-Section-title')?.click());
    expect(host.querySelector('[data-tram-report]')).toBeNull();
  });
});

describe('the tour', () => {
  const named = (name: string): HTMLButtonElement | undefined =>
    [...host.querySelectorAll('button')].find(button => button.textContent === name);

  it('goes through five steps, without ever taking the focus, and ends for good', async () => {
    const onTourClose = vi.fn();
    show({ onTourClose });
    expect(document.activeElement).toBe(document.body);
    expect(host.querySelector('.tram-Tour')?.textContent).toContain('Step 1 of 5');
    const rules = { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } };
    expect((await axe.run(host, rules)).violations).toEqual([]);
    const titles = new Set<string>();
    for (let step = 1; step < 5; step++) {
      titles.add(host.querySelector('.tram-Tour h3')?.textContent ?? '');
      act(() => named('Next')?.click());
    }
    act(() => named('Back')?.click());
    expect(host.querySelector('.tram-Tour')?.textContent).toContain('Step 4 of 5');
    act(() => named('Next')?.click());
    expect(titles.size).toBe(4);
    act(() => named('Done')?.click());
    expect(onTourClose).toHaveBeenCalledOnce();
  });

  it('is closed at any step, and is not there where it has ended', () => {
    const onTourClose = vi.fn();
    show({ onTourClose });
    act(() => named('Close the tour')?.click());
    expect(onTourClose).toHaveBeenCalledOnce();
    show({ onTourClose: null });
    expect(host.querySelector('.tram-Tour')).toBeNull();
  });
});

it('has no fault that axe finds, and axe finds one where there is one', async () => {
  show({ contents: contents({ jobs: [JOB, { ...JOB, id: 10, status: 'Error', message: 'Broken.' }] }) });
  const rules = { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } };
  expect((await axe.run(host, rules)).violations).toEqual([]);
  host.querySelector('input')?.removeAttribute('aria-label');
  host.querySelector('input')?.removeAttribute('placeholder');
  expect((await axe.run(host, rules)).violations.map(item => item.id)).toContain('label');
});
