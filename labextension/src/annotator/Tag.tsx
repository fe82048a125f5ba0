/** A technique as a coloured label: the hue is its tactic's, and the id is always shown. */
import type { CSSProperties } from 'react';

const TACTICS = 14;

/** The hue of a column of the matrix, in degrees. */
export function hueOf(column: number): number {
  return Math.round((column * 360) / TACTICS + 20) % 360;
}

/** The style that colours an element by its tactic. */
export function hueStyle(column: number | null): CSSProperties {
  return (column === null ? {} : { '--tram-hue': hueOf(column) }) as CSSProperties;
}

export interface TagProps {
  attackId: string;
  name: string;
  column: number | null;
  /** In percent, in the API's format. */
  confidence?: string;
  /** Whether its sentence is unreviewed. */
  proposed?: boolean;
  active?: boolean;
}

/** A confidence as people read it. */
export function confidenceWords(confidence: string): string {
  return `${Math.round(Number(confidence))} %`;
}

export function Tag({ attackId, name, column, confidence, proposed = false, active = false }: TagProps): React.JSX.Element {
  return (
    <span
      className="tram-Tag"
      style={hueStyle(column)}
      data-attack-id={attackId}
      data-plain={column === null}
      data-proposed={proposed}
      data-active={active}
    >
      <span className="tram-Tag-id">{attackId}</span> <span className="tram-Tag-name">{name}</span>
      {confidence !== undefined && <span className="tram-Tag-confidence"> {confidenceWords(confidence)}</span>}
    </span>
  );
}
