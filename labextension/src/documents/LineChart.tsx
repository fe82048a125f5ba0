/** A small line chart as SVG, in the colours of the theme. */

export interface Point {
  x: number;
  y: number;
}

export interface LineChartProps {
  title: string;
  xLabel: string;
  yLabel: string;
  /** `y` from 0 to 1. */
  points: readonly Point[];
  /** The end of the x axis; the largest x without it. */
  most?: number;
  /** Whether the diagonal is drawn, on which a calibrated model lies. */
  diagonal?: boolean;
  /** Whether x is a whole number, and not a share. */
  whole?: boolean;
}

const WIDTH = 280;
const HEIGHT = 180;
const LEFT = 40;
const BOTTOM = 34;
const TOP = 8;
const RIGHT = 10;
const SHARES = [0, 0.25, 0.5, 0.75, 1];

export function LineChart(props: LineChartProps): React.JSX.Element {
  const { title, xLabel, yLabel, points, most, diagonal = false, whole = false } = props;
  const end = most ?? Math.max(1, ...points.map(point => point.x));
  const x = (value: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * value) / end;
  const y = (value: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value);
  const line = points.map(point => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`).join(' ');
  return (
    <figure className="tram-Chart">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={title}>
        {SHARES.map(share => (
          <g key={share}>
            <line className="tram-Chart-grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(share)} y2={y(share)} />
            <text x={LEFT - 6} y={y(share) + 4} textAnchor="end">
              {Math.round(100 * share)}
            </text>
          </g>
        ))}
        <text x={LEFT} y={HEIGHT - 18} textAnchor="middle">
          0
        </text>
        <text x={WIDTH - RIGHT} y={HEIGHT - 18} textAnchor="end">
          {whole ? end.toLocaleString() : `${Math.round(100 * end)} %`}
        </text>
        <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 4} textAnchor="middle">
          {xLabel}
        </text>
        <text transform={`translate(10 ${(HEIGHT - BOTTOM) / 2}) rotate(-90)`} textAnchor="middle">
          {yLabel}
        </text>
        {diagonal && <line className="tram-Chart-diagonal" x1={x(0)} y1={y(0)} x2={x(end)} y2={y(1)} />}
        <polyline className="tram-Chart-line" points={line} />
        {points.map(point => (
          <circle className="tram-Chart-point" key={point.x} cx={x(point.x)} cy={y(point.y)} r="3">
            <title>{`${whole ? point.x : percentText(point.x)}: ${percentText(point.y)}`}</title>
          </circle>
        ))}
      </svg>
    </figure>
  );
}

function percentText(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
