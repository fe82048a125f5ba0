import { Widget } from '@lumino/widgets';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { LazyPanel } from './lazyPanel';

let panel: LazyPanel;
let make: ReturnType<typeof vi.fn<() => Promise<Widget>>>;

beforeEach(() => {
  make = vi.fn(async () => new Widget({ node: Object.assign(document.createElement('div'), { tabIndex: -1 }) }));
  panel = new LazyPanel(make);
  panel.hide();
  Widget.attach(panel, document.body);
});

afterEach(() => panel.dispose());

it('loads its content when it is first shown, and once', async () => {
  expect(make).not.toHaveBeenCalled();
  panel.show();
  await vi.waitFor(() => expect(panel.node.childElementCount).toBe(1));
  panel.hide();
  panel.show();
  expect(make).toHaveBeenCalledOnce();
});

it('tells who follows it whether somebody looks', () => {
  const told: boolean[] = [];
  panel.follow(visible => told.push(visible));
  panel.show();
  panel.hide();
  expect(told).toEqual([false, true, false]);
});

it('gives its content the focus that it was given before it was there', async () => {
  panel.show();
  panel.activate();
  await vi.waitFor(() => expect(document.activeElement).toBe(panel.node.firstElementChild));
});

it('says why its content could not be loaded, as text, and tries again when it is shown again', async () => {
  make.mockRejectedValueOnce(new Error('<b>gone</b>'));
  panel.show();
  await vi.waitFor(() => expect(panel.node.querySelector('[role=alert]')?.textContent).toContain('<b>gone</b>'));
  expect(panel.node.querySelector('b')).toBeNull();
  panel.hide();
  panel.show();
  await vi.waitFor(() => expect(panel.node.querySelector('[role=alert]')).toBeNull());
  expect(make).toHaveBeenCalledTimes(2);
});
