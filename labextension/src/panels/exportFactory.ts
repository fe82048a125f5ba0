/** “Open With” for report exports: a file is imported after a question, and its report is opened. */
import { ABCWidgetFactory, type DocumentRegistry, DocumentWidget, type IDocumentWidget } from '@jupyterlab/docregistry';
import { Widget } from '@lumino/widgets';

export class ExportFactory extends ABCWidgetFactory<IDocumentWidget> {
  constructor(
    options: DocumentRegistry.IWidgetFactoryOptions<IDocumentWidget>,
    private readonly take: (path: string) => Promise<unknown>
  ) {
    super(options);
  }

  protected override createNewWidget(context: DocumentRegistry.Context): IDocumentWidget {
    const widget = new DocumentWidget({ content: new Widget(), context });
    // The file itself shows nothing: what it became has a document of its own.
    void context.ready.then(() => this.take(context.localPath)).finally(() => widget.dispose());
    return widget;
  }
}
