import type { ColumnEffect } from '../../../shared/contract/explanation.ts';
import { accumulatedEffects } from '../../compute/explain/accumulated-effects.ts';
import { partialDependence } from '../../compute/explain/partial-dependence.ts';
import { type Frame, frameColumn } from '../../compute/frame/frame.ts';
import { quantileSorted } from '../../compute/stats/sorted-sample.ts';

/** Values that a column takes, and bins in which its small moves are looked at. */
const GRID = { resolution: 20, percentiles: [0.05, 0.95] } as const;
const BINS = 20;
/** Shares of the rows' own answers that are below and above the band. */
const BAND = [0.1, 0.9] as const;

/** What the answers of a model do as each of the columns moves; columns without a value are left out. */
export async function columnEffects(
  frame: Frame,
  of: {
    readonly columns: readonly string[];
    readonly outputs: number;
    score(frame: Frame): Promise<Float64Array>;
    readonly signal: AbortSignal;
    onColumn(done: number): void;
  },
): Promise<ColumnEffect[]> {
  const { outputs } = of;
  const found: ColumnEffect[] = [];
  for (const [index, column] of of.columns.entries()) {
    const { grid, average, individual } = await partialDependence(frame, { ...of, column, ...GRID });
    const isNumber = frameColumn(frame, column).kind === 'number';
    const moved = isNumber ? await accumulatedEffects(frame, { ...of, column, bins: BINS }) : null;
    const own = byOutput(outputs, grid.length, (output, step) => {
      const at = (row: number) => individual[(step * frame.rows + row) * outputs + output] ?? 0;
      return Float64Array.from({ length: frame.rows }, (_, row) => at(row)).sort();
    });
    const ownAt = (share: number) => own.map((places) => places.map((answers) => quantileSorted(answers, share)));
    if (grid.length > 0)
      found.push({
        column,
        grid: [...grid] as string[] | number[],
        average: byOutput(outputs, grid.length, (output, step) => average[step * outputs + output] ?? 0),
        lower: ownAt(BAND[0]),
        upper: ownAt(BAND[1]),
        accumulated: moved && {
          edges: [...moved.edges],
          effects: byOutput(outputs, moved.edges.length, (output, at) => moved.effects[at * outputs + output] ?? 0),
          counts: [...moved.counts],
        },
      });
    of.onColumn(index + 1);
  }
  return found;
}

const byOutput = <Value>(outputs: number, places: number, at: (output: number, place: number) => Value): Value[][] =>
  Array.from({ length: outputs }, (_, output) => Array.from({ length: places }, (__, place) => at(output, place)));
