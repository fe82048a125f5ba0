/** Which files the server reads, by their names; see `tram_ext/documents/media.py`. */

export const READABLE = ['.pdf', '.docx', '.html', '.htm', '.md', '.markdown', '.txt', '.text', '.log', '.json'] as const;

export function isReadable(path: string): boolean {
  return READABLE.some(suffix => path.toLowerCase().endsWith(suffix));
}
