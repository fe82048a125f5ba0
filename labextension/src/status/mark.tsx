/** TRAM's mark: a sentence above the columns of a matrix, the techniques it shows filled in. */

interface Cell {
  x: number;
  y: number;
  width: number;
  height: number;
  opacity: number;
}

const FAINT = 0.42;

const CELLS: readonly Cell[] = [
  { x: 2, y: 2, width: 20, height: 3, opacity: 1 },
  { x: 2, y: 8, width: 5.6, height: 3.6, opacity: FAINT },
  { x: 9.2, y: 8, width: 5.6, height: 3.6, opacity: 1 },
  { x: 16.4, y: 8, width: 5.6, height: 3.6, opacity: FAINT },
  { x: 2, y: 13.2, width: 5.6, height: 3.6, opacity: FAINT },
  { x: 9.2, y: 13.2, width: 5.6, height: 3.6, opacity: FAINT },
  { x: 16.4, y: 13.2, width: 5.6, height: 3.6, opacity: 1 },
  { x: 9.2, y: 18.4, width: 5.6, height: 3.6, opacity: FAINT }
];

/** The mark as text, in the classes by which JupyterLab colours its icons. */
export function markSvg(): string {
  const cells = CELLS.map(
    cell =>
      `<rect x="${cell.x}" y="${cell.y}" width="${cell.width}" height="${cell.height}" rx="1.2" opacity="${cell.opacity}"/>`
  );
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 24 24">' +
    `<g class="jp-icon3 jp-icon-selectable" fill="#616161">${cells.join('')}</g></svg>`
  );
}

/** The mark in the colour of the text around it. */
export function Mark(): React.JSX.Element {
  return (
    <svg className="tram-Mark" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true" focusable="false">
      {CELLS.map(cell => (
        <rect key={`${cell.x},${cell.y}`} rx={1.2} {...cell} />
      ))}
    </svg>
  );
}
