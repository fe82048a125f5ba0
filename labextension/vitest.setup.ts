/** What JupyterLab expects of a browser and jsdom lacks. */

const missing: Record<string, unknown> = {
  DragEvent: class DragEvent extends Event {},
  requestIdleCallback: (callback: () => void) => setTimeout(callback, 0),
  cancelIdleCallback: (handle: number) => clearTimeout(handle),
  matchMedia: () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined })
};

for (const [name, value] of Object.entries(missing)) {
  if (Reflect.get(globalThis, name) === undefined) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}
