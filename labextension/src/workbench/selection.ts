/** The report that a command is about: named by its arguments, right-clicked in the sidebar, or open in front. */
import type { JupyterFrontEnd } from '@jupyterlab/application';

export type Arguments = Readonly<Record<string, unknown>>;

/** A number among the arguments; undefined where there is none. */
export function numberArgument(args: Arguments, name: string): number | undefined {
  const value = args[name];
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}

/** A text among the arguments; undefined where there is none. */
export function textArgument(args: Arguments, name: string): string | undefined {
  const value = args[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The report of a widget in the main area, by its id. */
function reportOfWidget(id: string | undefined): number | undefined {
  const found = /^tram-report-(\d+)$/.exec(id ?? '');
  return found?.[1] === undefined ? undefined : Number(found[1]);
}

/** The number of the report that a command is about. */
export function reportArgument(app: JupyterFrontEnd, args: Arguments): number | undefined {
  const hit =
    args['isContextMenu'] === true ? app.contextMenuHitTest(node => node.dataset['tramReport'] !== undefined) : undefined;
  const clicked = Number(hit?.dataset['tramReport']);
  return numberArgument(args, 'id') ?? (clicked > 0 ? clicked : reportOfWidget(app.shell.currentWidget?.id));
}
