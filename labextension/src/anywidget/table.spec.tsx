import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import widget, { type Row, sorted } from './table';
import { FakeModel } from './testing/fakeModel';

const HOSTILE = '<img src=x onerror=alert(1)>';

function row(key: string, cells: Row['cells'], actions: Row['actions'] = []): Row {
  return { key, cells, actions };
}

const ROWS = [
  row('a', { name: 'T1059.010', f1: 0.5 }),
  row('b', { name: 'T1059.2', f1: null }),
  row('c', { name: HOSTILE, f1: 0.75 }, [{ name: 'restore', label: 'Restore', title: 'Restore it' }])
];

describe('sorting', () => {
  const keys = (sort: string): string =>
    sorted(ROWS, sort)
      .map(item => item.key)
      .join('');

  it('knows numbers, texts with numbers, and what is missing', () => {
    expect(keys('')).toBe('abc');
    expect(keys('f1')).toBe('acb');
    expect(keys('-f1')).toBe('cab');
    expect(keys('name')).toBe('cba');
    expect(keys('-name')).toBe('abc');
  });
});

describe('the table', () => {
  let model: FakeModel;
  let el: HTMLElement;
  let end: () => void;

  beforeEach(async () => {
    model = new FakeModel();
    model.set('caption', 'Techniques');
    model.set('empty', 'Nothing is here.');
    model.set('filterable', true);
    model.set('sort', '');
    model.set('columns', [
      { key: 'name', label: 'Name', kind: 'text' },
      { key: 'f1', label: 'F1', kind: 'percent' }
    ]);
    model.set('rows', ROWS);
    el = document.body.appendChild(document.createElement('div'));
    end = widget.render({ model, el });
    await vi.waitFor(() => expect(el.querySelectorAll('tbody tr')).toHaveLength(3));
  });

  afterEach(() => {
    end();
    expect(model.listenerCount()).toBe(0);
    document.body.replaceChildren();
  });

  it('shows hostile text as text, and numbers as people write them', () => {
    expect(el.querySelector('img')).toBeNull();
    expect(el.textContent).toContain(HOSTILE);
    expect([...el.querySelectorAll('tbody td:nth-child(2)')].map(cell => cell.textContent)).toEqual(['50.0 %', '–', '75.0 %']);
  });

  it('sorts by its headings, says so, and tells the kernel', async () => {
    const [, heading] = [...el.querySelectorAll<HTMLButtonElement>('thead button')];
    heading?.click();
    await vi.waitFor(() => expect(el.querySelector('th[aria-sort=descending]')?.textContent).toContain('F1'));
    expect(model.get('sort')).toBe('-f1');
    heading?.click();
    await vi.waitFor(() => expect(el.querySelector('th[aria-sort=ascending]')).not.toBeNull());
    expect(model.saved).toBe(2);
  });

  it('finds', async () => {
    const input = el.querySelector('input') as HTMLInputElement;
    input.value = 'onerror';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await vi.waitFor(() => expect(el.querySelectorAll('tbody tr')).toHaveLength(1));
    expect(el.querySelector('[role=status]')?.textContent).toBe('1 of 3');
  });

  it('acts on a row, and says what is done to which', () => {
    const action = el.querySelector<HTMLButtonElement>('tbody button');
    expect(action?.getAttribute('aria-label')).toBe('Restore it');
    action?.click();
    expect(model.sent).toEqual([{ action: 'restore', key: 'c' }]);
  });

  it('says that there is nothing', async () => {
    model.set('rows', []);
    await vi.waitFor(() => expect(el.textContent).toContain('Nothing is here.'));
  });
});
