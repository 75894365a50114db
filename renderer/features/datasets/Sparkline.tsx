import type { ColumnType, Histogram } from '../../../shared/contract/datasets.ts';
import { pointText } from '../../lib/cell-text.ts';
import { formatCount } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import classes from './profile.module.css';

interface SparklineProps {
  readonly column: string;
  readonly type: ColumnType;
  readonly histogram: Histogram;
  /** The same column of the version it is compared with: drawn as a grey line, on the same axis, in shares. */
  readonly reference: Histogram | null;
}

const WIDTH = 150;
const HEIGHT = 30;
const m = messages.datasets;

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0) || 1;
/** Rows per unit of the axis, so that bins of different widths compare. */
const densities = ({ edges, counts }: Histogram): readonly number[] => {
  const rows = sum(counts);
  return counts.map((count, bin) => count / rows / ((edges[bin + 1] ?? 0) - (edges[bin] ?? 0) || 1));
};

/** A histogram in a cell: a bar a bin, zero at the foot. */
export function Sparkline({ column, type, histogram, reference }: SparklineProps) {
  const { edges, counts } = histogram;
  const all = reference === null ? edges : [...edges, ...reference.edges];
  const low = Math.min(...all);
  const span = Math.max(...all) - low || 1;
  const own = densities(histogram);
  const other = reference === null ? [] : densities(reference);
  const highest = Math.max(...own, ...other) || 1;
  const x = (edge: number) => ((edge - low) / span) * WIDTH;
  const y = (density: number) => HEIGHT - (density / highest) * (HEIGHT - 1);
  const label = m.histogramOf(column, pointText(edges[0] ?? 0, type), pointText(edges.at(-1) ?? 0, type));
  const outline = (reference?.edges.slice(0, -1) ?? [])
    .map(
      (edge, bin) =>
        `H${x(edge).toFixed(1)}V${y(other[bin] ?? 0).toFixed(1)}H${x(reference?.edges[bin + 1] ?? edge).toFixed(1)}`,
    )
    .join('');
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
      role="img"
      aria-label={label}
      className={classes.spark}
    >
      {counts.map((count, bin) => {
        const from = edges[bin] ?? 0;
        const to = edges[bin + 1] ?? from;
        const top = y(own[bin] ?? 0);
        return (
          <rect
            key={from}
            className={classes.bar}
            x={x(from)}
            y={count > 0 ? Math.min(top, HEIGHT - 1.5) : HEIGHT}
            width={Math.max(x(to) - x(from) - 0.8, 1.2)}
            height={count > 0 ? Math.max(HEIGHT - top, 1.5) : 0}
          >
            <title>{m.binHint(pointText(from, type), pointText(to, type), formatCount(count))}</title>
          </rect>
        );
      })}
      {reference !== null && (
        <path
          className={classes.reference}
          d={`M${x(reference.edges[0] ?? 0).toFixed(1)} ${String(HEIGHT)}${outline}V${String(HEIGHT)}`}
        />
      )}
      <line className={classes.foot} x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
    </svg>
  );
}
