/** Converts the selection in a pane to offsets into the report's text; each piece there carries its offset. */

export interface SelectedPart {
  /** In UTF-16 units of the report's text, the first included and the last not. */
  start: number;
  end: number;
}

/** The attribute of a piece that says where it begins. */
export const PLACE = 'data-place';

/** Where a point in a piece stands in the text; at the edge of the piece where the point lies outside of it. */
function placeOf(piece: HTMLElement, node: Node, offset: number, edge: 'start' | 'end'): number {
  const begin = Number(piece.getAttribute(PLACE));
  if (!piece.contains(node)) {
    return edge === 'start' ? begin : begin + (piece.textContent?.length ?? 0);
  }
  // A piece holds one text: what comes before the point in it is what was passed over.
  const passed = node.nodeType === Node.TEXT_NODE ? offset : offset === 0 ? 0 : (piece.textContent?.length ?? 0);
  return begin + passed;
}

/** The selected part of a pane's text; null where nothing of it is selected. */
export function selectedPart(pane: HTMLElement, selection: Selection | null): SelectedPart | null {
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) {
    return null;
  }
  const range = selection.getRangeAt(0);
  const pieces = [...pane.querySelectorAll<HTMLElement>(`[${PLACE}]`)].filter(piece => range.intersectsNode(piece));
  const [first, last] = [pieces[0], pieces[pieces.length - 1]];
  if (!first || !last) {
    return null;
  }
  const start = placeOf(first, range.startContainer, range.startOffset, 'start');
  const end = placeOf(last, range.endContainer, range.endOffset, 'end');
  return end > start ? { start, end } : null;
}
