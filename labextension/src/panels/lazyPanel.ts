/** A panel whose content is loaded when it is first shown, and which tells a model whether somebody looks. */
import { type Message, MessageLoop } from '@lumino/messaging';
import { PanelLayout, Widget } from '@lumino/widgets';

export interface LazyPanelOptions {
  content: () => Promise<Widget>;
  /** Called whenever the panel is shown or hidden. */
  visible: (visible: boolean) => void;
}

export class LazyPanel extends Widget {
  private content: Promise<void> | null = null;
  private focusWanted = false;

  constructor(private readonly options: LazyPanelOptions) {
    super();
    this.layout = new PanelLayout();
    document.addEventListener('visibilitychange', this.sync);
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
    this.options.visible(false);
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
    this.options.visible(visible);
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
    const content = await this.options.content();
    if (!this.isDisposed) {
      (this.layout as PanelLayout).addWidget(content);
      MessageLoop.flush();
    }
  }
}
