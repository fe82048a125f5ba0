/** What a list measures, for specs: jsdom lays nothing out, so that every height is 0 and no row would be in sight. */

const LIST = 600;
const ROW = 60;

function heightOf(element: HTMLElement): number {
  return element.classList.contains('tram-List') ? LIST : element.getAttribute('role') === 'option' ? ROW : 0;
}

export function lendLayout(): void {
  for (const name of ['offsetHeight', 'clientHeight'] as const) {
    Object.defineProperty(HTMLElement.prototype, name, {
      configurable: true,
      get(this: HTMLElement) {
        return heightOf(this);
      }
    });
  }
  Object.defineProperty(HTMLElement.prototype, 'offsetWidth', { configurable: true, get: () => 400 });
  Object.defineProperty(HTMLElement.prototype, 'scrollHeight', {
    configurable: true,
    get(this: HTMLElement) {
      return Number.parseFloat((this.firstElementChild as HTMLElement | null)?.style.height ?? '') || heightOf(this);
    }
  });
  Element.prototype.scrollTo = function scrollTo(this: Element, options?: unknown) {
    const top = Number((options as ScrollToOptions | undefined)?.top ?? 0);
    if (top !== this.scrollTop) {
      this.scrollTop = top;
      this.dispatchEvent(new Event('scroll'));
    }
  };
}
