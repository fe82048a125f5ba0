/** The words of the interface, in the language of JupyterLab where a catalogue has them, else in English. */

/** The part of JupyterLab's translation bundle that is used. */
export interface Catalogue {
  __(text: string, ...values: (string | number)[]): string;
  _n(one: string, many: string, count: number, ...values: (string | number)[]): string;
}

function filled(text: string, values: readonly (string | number)[]): string {
  return text.replace(/%(\d)/g, (mark, place: string) => String(values[Number(place) - 1] ?? mark));
}

const ENGLISH: Catalogue = {
  __: (text, ...values) => filled(text, values),
  _n: (one, many, count, ...values) => filled(count === 1 ? one : many, [count, ...values])
};

let catalogue = ENGLISH;

/** Take the words from JupyterLab's catalogue from now on. */
export function translateWith(bundle: Catalogue): void {
  catalogue = bundle;
}

/** The words for `text`; `%1`, `%2` … stand for the values. */
export function words(text: string, ...values: (string | number)[]): string {
  return catalogue.__(text, ...values);
}

/** The words for a number of things; `%1` stands for the number. */
export function counted(one: string, many: string, count: number, ...values: (string | number)[]): string {
  return catalogue._n(one, many, count, ...values);
}
