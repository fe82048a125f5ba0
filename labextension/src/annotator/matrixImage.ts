/** The matrix as a picture: SVG that stands alone, and PNG made of it in the browser. */
import { type Cell, type Column, findsOf } from './matrix';

const WIDTH = 168;
const GAP = 6;
const CELL = 38;
const HEAD = 46;
const TITLE = 44;
const MARGIN = 16;
const LETTERS = 24;
/** The shades of the levels from 0, and the text colours on them. */
const SHADES = ['#f4f5f7', '#dbe7f5', '#aecbeb', '#2d6cb0', '#164b82'] as const;
const INKS = ['#5c6470', '#14304d', '#14304d', '#ffffff', '#ffffff'] as const;
const FONT = 'system-ui, -apple-system, "Segoe UI", sans-serif';

function escaped(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  // The characters of XML 1.0: most control characters are none, however they are written.
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"']/g, c => names[c] ?? c);
}

function cut(text: string, letters = LETTERS): string {
  const all = Array.from(text);
  return all.length > letters ? `${all.slice(0, letters - 1).join('')}…` : text;
}

function cellSvg(cell: Cell, x: number, y: number, indent: number): string {
  const { technique, level } = cell;
  const ink = INKS[level] ?? INKS[0];
  const total = cell.accepted + cell.proposed;
  const dash = cell.accepted === 0 && total > 0 ? ' stroke-dasharray="4 3"' : '';
  const left = x + indent;
  return (
    `<g><title>${escaped(`${technique.attack_id} ${technique.name}: ${findsOf(cell)}`)}</title>` +
    `<rect x="${left}" y="${y}" width="${WIDTH - indent}" height="${CELL - 4}" rx="4" fill="${SHADES[level] ?? SHADES[0]}" stroke="#9aa7b5"${dash}/>` +
    `<text x="${left + 8}" y="${y + 14}" font-size="10" font-weight="600" fill="${ink}">${escaped(technique.attack_id)}</text>` +
    (total > 0
      ? `<text x="${x + WIDTH - 8}" y="${y + 14}" font-size="10" font-weight="600" text-anchor="end" fill="${ink}">${total}</text>`
      : '') +
    `<text x="${left + 8}" y="${y + 27}" font-size="11" fill="${ink}">${escaped(cut(technique.name, LETTERS - indent / 4))}</text></g>`
  );
}

/** Return columns as an SVG document. */
export function matrixSvg(columns: readonly Column[], title: string, attackVersion: string): string {
  const longest = Math.max(0, ...columns.map(column => column.cells.reduce((sum, cell) => sum + 1 + cell.subs.length, 0)));
  const width = 2 * MARGIN + Math.max(2, columns.length) * (WIDTH + GAP) - GAP;
  const height = TITLE + HEAD + longest * CELL + 2 * MARGIN;
  const body = columns.map((column, index) => {
    const x = MARGIN + index * (WIDTH + GAP);
    let y = TITLE + MARGIN;
    const parts = [
      `<text x="${x}" y="${y + 14}" font-size="12" font-weight="700" fill="#1b2733">${escaped(cut(column.tactic.name))}</text>`,
      `<text x="${x}" y="${y + 29}" font-size="10" fill="#5c6470">${column.cells.length} ${column.cells.length === 1 ? 'technique' : 'techniques'}</text>`
    ];
    y += HEAD - 8;
    for (const cell of column.cells) {
      parts.push(cellSvg(cell, x, y, 0));
      y += CELL;
      for (const sub of cell.subs) {
        parts.push(cellSvg(sub, x, y, 12));
        y += CELL;
      }
    }
    return parts.join('');
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family='${FONT}'>` +
    `<rect width="100%" height="100%" fill="#ffffff"/>` +
    `<text x="${MARGIN}" y="${MARGIN + 16}" font-size="16" font-weight="700" fill="#1b2733">${escaped(cut(title, 100))}</text>` +
    `<text x="${MARGIN}" y="${MARGIN + 34}" font-size="11" fill="#5c6470">ATT&amp;CK ${escaped(attackVersion)}; dashed: awaiting review</text>` +
    `${body.join('')}</svg>`
  );
}

/** Render an SVG document to a PNG of twice its size in the browser. */
export async function pngOf(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width * 2;
  canvas.height = image.height * 2;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error('The picture is too large for this browser.'))))
  );
}

/** Download a file in the browser. */
export function keepFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
