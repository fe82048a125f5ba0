/** The sidebar's panel: shows the status while the model follows it. */
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { useSyncExternalStore } from 'react';

import type { StatusModel } from '../models/statusModel';
import { StatusView } from '../status/StatusView';
import { summarise } from '../status/status';
import { tramIcon } from './icon';

function FollowedStatus({ model }: { model: StatusModel }): React.JSX.Element {
  const state = useSyncExternalStore(model.subscribe, () => model.state);
  return <StatusView state={state} onRetry={() => void model.refresh()} />;
}

export class StatusPanel extends ReactWidget {
  constructor(private readonly model: StatusModel) {
    super();
    this.id = 'tram-status';
    this.addClass('tram-StatusPanel');
    this.node.tabIndex = -1;
    this.title.icon = tramIcon;
    this._endSubscription = model.subscribe(() => this.updateCaption());
    this.updateCaption();
    document.addEventListener('visibilitychange', this.syncVisibility);
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    document.removeEventListener('visibilitychange', this.syncVisibility);
    this._endSubscription();
    this.model.dispose();
    super.dispose();
  }

  protected override render(): React.JSX.Element {
    return <FollowedStatus model={this.model} />;
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.syncVisibility();
  }

  protected override onBeforeDetach(message: Message): void {
    super.onBeforeDetach(message);
    this.model.setVisible(false);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.syncVisibility();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.syncVisibility();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.focus();
  }

  private readonly syncVisibility = (): void => {
    this.model.setVisible(this.isVisible && !document.hidden);
  };

  /** The tab's tooltip tells the state while another panel is open. */
  private updateCaption(): void {
    const { title } = summarise(this.model.state);
    this.title.caption = this.model.state.kind === 'connecting' ? 'TRAM' : `TRAM: ${title}`;
  }

  private readonly _endSubscription: () => void;
}
