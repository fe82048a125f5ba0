/** Icons in the colour of the surrounding text; their meaning is always given in words beside them. */

const PATHS = {
  accept: 'M3.5 8.5l3 3 6-7',
  reject: 'M4 4l8 8M12 4l-8 8',
  review: '',
  undo: 'M6.5 3.5L3 7l3.5 3.5M3.5 7H10a3 3 0 0 1 0 6H7',
  redo: 'M9.5 3.5L13 7l-3.5 3.5M12.5 7H6a3 3 0 0 0 0 6h3',
  add: 'M8 3v10M3 8h10',
  edit: 'M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3zM9 4.7L11.3 7',
  split: 'M8 2v12M5 5L2 8l3 3M11 5l3 3-3 3',
  merge: 'M8 2v3M8 11v3M2 8h4M4 6l2 2-2 2M14 8h-4M12 6l-2 2 2 2',
  link: 'M6.5 3.5H3.5v9h9v-3M9 3.5h3.5V7M12.3 3.7L7.5 8.5',
  matrix: 'M2.5 3.5h3v3h-3zM6.5 3.5h3v3h-3zM10.5 3.5h3v3h-3zM2.5 8.5h3v4h-3zM6.5 8.5h3v4h-3z',
  keys: 'M2 4.5h12v7H2zM4.5 7h.1M7 7h.1M9.5 7h.1M12 7h.1M5 9.5h6',
  good: 'M3.5 8.5l3 3 6-7',
  busy: 'M8 4.5V8l2.2 1.6',
  bad: 'M8 4.5v4M8 11v.1'
} as const;

export type GlyphName = keyof typeof PATHS;

const IN_CIRCLE: ReadonlySet<GlyphName> = new Set<GlyphName>(['review', 'busy', 'bad']);

export function Glyph({ name }: { name: GlyphName }): React.JSX.Element {
  return (
    <svg className="tram-Glyph" viewBox="0 0 16 16" aria-hidden="true" focusable="false" data-glyph={name}>
      {IN_CIRCLE.has(name) && <circle cx="8" cy="8" r="6" />}
      <path d={PATHS[name]} />
    </svg>
  );
}
