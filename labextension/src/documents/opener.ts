/** Documents in the main area: each opened once, restored after a reload, its code loaded when it is first needed. */
import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Widget } from '@lumino/widgets';

import { tramIcon } from '../panels/icon';
import { addressOf } from '../workbench/address';

export interface Opening<Args> {
  args: Args;
  /** The id of the widget: what is open under it is shown instead of opened again. */
  id: string;
  title: string;
  /** Makes the content; it may load more code for that. */
  content: () => Promise<Widget>;
}

/** Notebook 7 shows one document a page, and has no place for another: each opens in a browser tab of its own there. */
const ONE_DOCUMENT = 'Jupyter Notebook';

export class Documents<Args extends ReadonlyPartialJSONObject> {
  readonly tracker: WidgetTracker<MainAreaWidget>;
  private readonly args = new WeakMap<Widget, Args>();
  private readonly opening = new Map<string, Promise<MainAreaWidget>>();

  constructor(
    private readonly app: JupyterFrontEnd,
    namespace: string,
    private readonly command: string
  ) {
    this.tracker = new WidgetTracker<MainAreaWidget>({ namespace });
  }

  /** Open again after a reload what was open before, each by the command with the arguments of its opening. */
  restore(restorer: ILayoutRestorer | null): void {
    void restorer?.restore(this.tracker, {
      command: this.command,
      args: widget => this.args.get(widget) ?? {},
      name: widget => widget.id
    });
  }

  /** Show a document; null where it opens in a browser tab of its own. */
  async open(opening: Opening<Args>): Promise<MainAreaWidget | null> {
    if (this.app.name === ONE_DOCUMENT) {
      const { baseUrl } = this.app.serviceManager.serverSettings;
      window.open(addressOf(baseUrl, { command: this.command, args: opening.args }), '_blank', 'noopener');
      return null;
    }
    const known = this.tracker.find(widget => widget.id === opening.id);
    const pending = this.opening.get(opening.id);
    const widget = known ?? (await (pending ?? this.begin(opening)));
    this.app.shell.activateById(widget.id);
    return widget;
  }

  private begin(opening: Opening<Args>): Promise<MainAreaWidget> {
    const made = this.make(opening).finally(() => this.opening.delete(opening.id));
    this.opening.set(opening.id, made);
    return made;
  }

  private async make({ args, id, title, content }: Opening<Args>): Promise<MainAreaWidget> {
    const widget = new MainAreaWidget({ content: await content() });
    widget.toolbar.hide();
    widget.id = id;
    widget.title.label = title;
    widget.title.icon = tramIcon;
    widget.title.closable = true;
    this.args.set(widget, args);
    this.app.shell.add(widget, 'main');
    await this.tracker.add(widget);
    return widget;
  }
}
