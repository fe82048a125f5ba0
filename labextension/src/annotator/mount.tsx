/** Mounts the annotator in an element of a host, and unmounts it. */
import { createRoot } from 'react-dom/client';

import type { HostAction } from './ActionMenu';
import { Annotator } from './Annotator';
import { Controller } from './controller';
import { ReviewStore, type StoreOptions } from './store';
import type { Transport } from './transport';

export interface MountOptions extends StoreOptions {
  ownKeys?: boolean;
  /** Whether the list takes the focus as soon as it is there. */
  autoFocus?: boolean;
  /** Whether the document is shown beside its sentences at first. */
  showsPage?: boolean;
  /** What the host does with the report as a whole, in a menu of the toolbar. */
  actions?: readonly HostAction[];
}

export interface Mounted {
  /** For the host's own commands; see `perform` in `keys.ts`. */
  controller: Controller;
  dispose: () => void;
}

export function mountAnnotator(host: HTMLElement, transport: Transport, options: MountOptions = {}): Mounted {
  const { ownKeys = true, autoFocus = false, showsPage = false, actions = [], ...storeOptions } = options;
  const store = new ReviewStore(transport, storeOptions);
  const controller = new Controller(store);
  controller.actions = actions;
  controller.showsPage = showsPage;
  const root = createRoot(host);
  root.render(<Annotator controller={controller} ownKeys={ownKeys} />);
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') {
      transport.check();
    }
  };
  document.addEventListener('visibilitychange', onVisible);
  void store.open().then(() => autoFocus && controller.focusOn('list'));
  return {
    controller,
    dispose: () => {
      document.removeEventListener('visibilitychange', onVisible);
      root.unmount();
      store.dispose();
    }
  };
}
