/** Shows the `status` trait of a notebook's widget. */
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

import '../../style/status.css';
import { StatusView } from '../status/StatusView';
import { isServerStatus, type StatusState } from '../status/status';

/** What anywidget lends a view of its model. */
interface Model {
  get(name: 'status'): unknown;
  on(event: 'change:status', listener: () => void): void;
  off(event: 'change:status', listener: () => void): void;
}

function stateOf(model: Model): StatusState {
  const status = model.get('status');
  return isServerStatus(status) ? { kind: 'answered', status } : { kind: 'connecting' };
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  el.classList.add('tram-StatusWidget');
  const root = createRoot(el);
  const show = (): void => root.render(createElement(StatusView, { state: stateOf(model) }));
  model.on('change:status', show);
  show();
  return () => {
    model.off('change:status', show);
    root.unmount();
  };
}

export default { render };
