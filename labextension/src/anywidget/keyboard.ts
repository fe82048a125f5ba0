/**
 * Keeps what is typed in a widget from the notebook around it, which would run, cut or merge its cells.
 *
 * JupyterLab looks at keys on their way up, Notebook 7 on their way down, before any widget has seen them. Both pass over
 * a key whose target bears an attribute. It must be the target itself: a binding whose selector fits that has been found
 * before its ancestors are looked at.
 */

const SUPPRESSED = 'data-lm-suppress-shortcuts';

/** On keys that were handed over. Several may keep one host, each from a module of its own: this is known to all. */
const HANDED = Symbol.for('tram-ext:handed');

type Key = KeyboardEvent & { [HANDED]?: true };

/** What the notebook keeps even here: save, the command palette, the sidebar. */
function isTheHosts(event: KeyboardEvent): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) {
    return false;
  }
  const key = event.key.toLowerCase();
  return event.shiftKey ? key === 'c' : key === 's' || key === 'b';
}

/** Show the notebook a key as if it had been pressed beside the widget. */
function handOver(host: HTMLElement, event: Key): void {
  event[HANDED] = true;
  const { key, code, ctrlKey, metaKey, shiftKey, altKey, repeat } = event;
  const init = { key, code, ctrlKey, metaKey, shiftKey, altKey, repeat, bubbles: true, cancelable: true, composed: true };
  const copy = new KeyboardEvent(event.type, init);
  // Lumino reads the code of old, which not every browser takes from `init`.
  Object.defineProperty(copy, 'keyCode', { value: event.keyCode });
  const isTaken = host.parentElement?.dispatchEvent(copy) === false;
  if (isTaken) {
    event.preventDefault();
  }
}

function suppressAt(target: EventTarget | null): void {
  if (target instanceof Element) {
    target.setAttribute(SUPPRESSED, 'true');
  }
}

/** Keep keys, after the view has seen them; returns what ends it. */
export function keepKeys(host: HTMLElement): () => void {
  // Functions of their own for each call: what ends one must not end another on the same host.
  const mark = (event: Event): void => suppressAt(event.target);
  const keep = (event: Key): void => {
    event.stopPropagation();
    if (event.type === 'keydown' && isTheHosts(event) && !event[HANDED]) {
      handOver(host, event);
    }
  };
  // Keys go to what has the focus: whatever gets it is marked before the first of them.
  host.addEventListener('focusin', mark);
  host.addEventListener('keydown', keep);
  host.addEventListener('keypress', keep);
  host.addEventListener('keyup', keep);
  return () => {
    host.removeEventListener('focusin', mark);
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
  const widen = (event: FocusEvent): void => {
    const host = element.closest<HTMLElement>(selector);
    if (host) {
      document.removeEventListener('focusin', widen);
      release();
      release = keepKeys(host);
      if (event.target instanceof Node && host.contains(event.target)) {
        suppressAt(event.target);
      }
    }
  };
  document.addEventListener('focusin', widen);
  return () => {
    document.removeEventListener('focusin', widen);
    release();
  };
}
