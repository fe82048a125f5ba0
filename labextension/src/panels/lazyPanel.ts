/** A panel whose content is loaded when it is first shown, and which tells it whether somebody looks. */
import { type Message, MessageLoop } from '@lumino/messaging';
import { PanelLayout, Widget } from '@lumino/widgets';

import { words } from '../words';

export class LazyPanel extends Widget {
  private content: Promise<void> | null = null;
  private focusWanted = false;
  private told: ((visible: boolean) => void) | null = null;

  constructor(private readonly make: () => Promise<Widget>) {
    super();
    this.layout = new PanelLayout();
    document.addEventListener('visibilitychange', this.sync);
  }

  /** Call `listener` now, and whenever the panel is shown or hidden, with whether somebody can see it. */
  follow(listener: (visible: boolean) => void): void {
    this.told = listener;
    listener(this.isVisible && !document.hidden);
  }

  override dispose(): void {
    document.removeEventListener('visibilitychange', this.sync);
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.sync();
  }

  protected override onBeforeDetach(message: Message): void {
    super.onBeforeDetach(message);
    this.told?.(false);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.sync();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.sync();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.focusWanted = true;
    void this.load();
  }

  private readonly sync = (): void => {
    const visible = this.isVisible && !document.hidden;
    this.told?.(visible);
    if (visible) {
      void this.load();
    }
  };

  private async load(): Promise<void> {
    this.content ??= this.add();
    await this.content;
    if (this.focusWanted) {
      this.focusWanted = false;
      const [content] = this.layout ?? [];
      content?.node.focus();
    }
  }

  private async add(): Promise<void> {
    try {
      const content = await this.make();
      this.node.querySelector('.tram-SidebarHost-failure')?.remove();
      if (!this.isDisposed) {
        (this.layout as PanelLayout).addWidget(content);
        MessageLoop.flush();
      }
    } catch (error) {
      // The server may be gone: the next time that somebody looks, it is tried again.
      this.content = null;
      this.tellFailure(error);
    }
  }

  private tellFailure(error: unknown): void {
    const told = this.node.querySelector('.tram-SidebarHost-failure') ?? document.createElement('p');
    told.className = 'tram-SidebarHost-failure';
    told.setAttribute('role', 'alert');
    told.textContent = words('TRAM could not be loaded: %1', error instanceof Error ? error.message : String(error));
    this.node.append(told);
  }
}
