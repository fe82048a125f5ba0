/** The sidebar's widget: draws the workbench while its models follow it, and takes files from the file browser. */
import '../../style/sidebar.css';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Drag } from '@lumino/dragdrop';
import type { Message } from '@lumino/messaging';
import { useSyncExternalStore } from 'react';

import type { StatusModel } from '../models/statusModel';
import type { WorkbenchModel } from '../models/workbenchModel';
import type { SidebarActions } from '../sidebar/actions';
import { type SectionName, Sidebar } from '../sidebar/Sidebar';

/** The type under which JupyterLab's file browser drags its paths. */
const PATHS = 'application/x-jupyter-icontents';

export interface SidebarWidgetOptions {
  status: StatusModel;
  model: WorkbenchModel;
  actions: SidebarActions;
  sections: () => readonly SectionName[];
  /** Ends the tour; null where it has ended. */
  tour: () => (() => void) | null;
}

function FollowedSidebar({ status, model, actions, sections, tour }: SidebarWidgetOptions): React.JSX.Element {
  const state = useSyncExternalStore(status.subscribe, () => status.state);
  const contents = useSyncExternalStore(model.subscribe, () => model.contents);
  const failure = useSyncExternalStore(model.subscribe, () => model.failure);
  return (
    <Sidebar
      status={state}
      contents={contents}
      failure={failure}
      sections={sections()}
      actions={actions}
      onTourClose={tour()}
      onRetry={() => {
        void status.refresh();
        void model.refresh();
      }}
    />
  );
}

export class SidebarWidget extends ReactWidget {
  constructor(private readonly options: SidebarWidgetOptions) {
    super();
    this.addClass('tram-SidebarPanel');
    this.node.tabIndex = -1;
  }

  handleEvent(event: Event): void {
    const drag = event as Drag.Event;
    if (!drag.mimeData.hasData(PATHS)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    switch (event.type) {
      case 'lm-dragenter':
      case 'lm-dragover':
        this.node.classList.add('tram-mod-over');
        drag.dropAction = 'copy';
        break;
      case 'lm-dragleave':
        this.node.classList.remove('tram-mod-over');
        break;
      default:
        this.node.classList.remove('tram-mod-over');
        drag.dropAction = 'copy';
        this.options.actions.mapPaths(drag.mimeData.getData(PATHS) as string[]);
    }
  }

  protected override render(): React.JSX.Element {
    return <FollowedSidebar {...this.options} />;
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    for (const type of ['lm-dragenter', 'lm-dragover', 'lm-dragleave', 'lm-drop']) {
      this.node.addEventListener(type, this);
    }
  }

  protected override onBeforeDetach(message: Message): void {
    for (const type of ['lm-dragenter', 'lm-dragover', 'lm-dragleave', 'lm-drop']) {
      this.node.removeEventListener(type, this);
    }
    super.onBeforeDetach(message);
  }
}
