/** Keeps what is typed in a widget from the notebook around it, which would run, cut or merge its cells. */

/** What the notebook keeps even here: save, the command palette, the sidebar. */
function isTheHosts(event: KeyboardEvent): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) {
    return false;
  }
  const key = event.key.toLowerCase();
  return event.shiftKey ? key === 'c' : key === 's' || key === 'b';
}

/** Stop keys on their way up, after the view has seen them; returns what ends it. */
export function keepKeys(host: HTMLElement): () => void {
  // A function of its own for each call: what ends one must not end another on the same host.
  const keep = (event: KeyboardEvent): void => {
    if (!isTheHosts(event)) {
      event.stopPropagation();
    }
  };
  host.addEventListener('keydown', keep);
  host.addEventListener('keypress', keep);
  host.addEventListener('keyup', keep);
  return () => {
    host.removeEventListener('keydown', keep);
    host.removeEventListener('keypress', keep);
    host.removeEventListener('keyup', keep);
  };
}

/**
 * Keep the keys of the controls around an element, too: ipywidgets leaves arrows and letters that are typed in its lists
 * and buttons to the notebook. `selector` names what holds them all; it is looked for when somebody goes there, as an
 * element is drawn before it is put anywhere.
 */
export function keepKeysAround(element: HTMLElement, selector: string): () => void {
  let release = keepKeys(element);
  const widen = (): void => {
    const host = element.closest<HTMLElement>(selector);
    if (host) {
      document.removeEventListener('focusin', widen);
      release();
      release = keepKeys(host);
    }
  };
  document.addEventListener('focusin', widen);
  return () => {
    document.removeEventListener('focusin', widen);
    release();
  };
}
