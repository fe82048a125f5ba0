/** Keeps what is typed in a widget from the notebook around it, which would run, cut or merge its cells. */

/** What the notebook keeps even here: save, the command palette, the sidebar. */
function isTheHosts(event: KeyboardEvent): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) {
    return false;
  }
  const key = event.key.toLowerCase();
  return event.shiftKey ? key === 'c' : key === 's' || key === 'b';
}

function keep(event: KeyboardEvent): void {
  if (!isTheHosts(event)) {
    event.stopPropagation();
  }
}

/** Stop keys on their way up, after the view has seen them; returns what ends it. */
export function keepKeys(host: HTMLElement): () => void {
  host.addEventListener('keydown', keep);
  host.addEventListener('keypress', keep);
  host.addEventListener('keyup', keep);
  return () => {
    host.removeEventListener('keydown', keep);
    host.removeEventListener('keypress', keep);
    host.removeEventListener('keyup', keep);
  };
}
