import type { MetricValue } from '../../../shared/contract/models.ts';
import type { StressCase } from '../../../shared/contract/stress.ts';
import { leadingMetric } from '../evaluation/metrics.ts';
import { pairedDifference } from '../evaluation/paired-difference.ts';
import { plainAnswers, type ScoredRows } from '../evaluation/scored-rows.ts';
import type { Frame, FrameColumn } from '../frame/frame.ts';
import { frameColumn } from '../frame/frame.ts';
import type { Scores } from '../onnx/scorer.ts';
import { randomOf, STRESSORS } from './stressors.ts';

export interface StressOptions extends Omit<ScoredRows, 'scores' | 'weights'> {
  /** Columns that are put under stress, one after the other and then all at once. */
  readonly columns: readonly string[];
  score(frame: Frame): Promise<Scores>;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  onCase?(done: number, total: number): void;
}

export interface StressFound {
  readonly metric: Pick<MetricValue, 'name' | 'lower' | 'upper' | 'isHigherBetter'> & { readonly value: number };
  /** The worst first. */
  readonly cases: readonly StressCase[];
}

/** Kinds of stress under which all columns are put at once too: a curve over their levels. */
const TOGETHER = ['missing', 'noise'] as const;

/**
 * What becomes of a model's leading metric when the cells of a column go wrong, in each of several ways and degrees. Rows and
 * answers stay the same, so that the loss is that of pairs: its 95 % interval holds of the rows, not of other draws of the
 * same stress.
 */
export async function stressModel(frame: Frame, options: StressOptions): Promise<StressFound> {
  const { columns, seed, signal } = options;
  const { columns: _, score, ...rows } = options;
  const before = await score(frame);
  const scored = leadingMetric({ ...rows, scores: before });
  const plan = planOf(frame, columns);
  const cases: StressCase[] = [];
  for (const [place, { stressor, level, column }] of plan.entries()) {
    signal?.throwIfAborted();
    const random = randomOf(seed, place);
    const touched = new Map<string, FrameColumn>();
    for (const name of column === null ? columns : [column]) {
      const cells = frameColumn(frame, name);
      if (stressor.fits(cells)) touched.set(name, stressor.apply(cells, level, random));
    }
    const after = await score({ rows: frame.rows, columns: new Map([...frame.columns, ...touched]) });
    const now = leadingMetric({ ...rows, scores: after });
    const difference = pairedDifference({
      task: rows.task,
      targets: rows.targets,
      weights: null,
      first: plainAnswers(after, rows.task).answers,
      second: plainAnswers(before, rows.task).answers,
    });
    const sign = scored.isHigherBetter ? -1 : 1;
    const ends = [sign * difference.lower, sign * difference.upper].sort((a, b) => a - b);
    cases.push({
      stressor: stressor.name,
      column,
      level,
      value: now.value,
      lower: now.lower,
      upper: now.upper,
      loss: sign * difference.value,
      lossLower: ends[0] ?? 0,
      lossUpper: ends[1] ?? 0,
    });
    options.onCase?.(place + 1, plan.length);
  }
  const { metric: name, value, lower, upper } = scored;
  return {
    metric: { name, value, lower, upper, isHigherBetter: scored.isHigherBetter },
    cases: cases.sort((a, b) => b.loss - a.loss),
  };
}

function planOf(frame: Frame, columns: readonly string[]) {
  const single = columns.flatMap((column) =>
    STRESSORS.filter((stressor) => stressor.fits(frameColumn(frame, column))).flatMap((stressor) =>
      stressor.levels.map((level) => ({ stressor, level, column })),
    ),
  );
  const together = STRESSORS.filter(
    (stressor) =>
      TOGETHER.some((name) => name === stressor.name) &&
      columns.some((column) => stressor.fits(frameColumn(frame, column))),
  ).flatMap((stressor) => stressor.levels.map((level) => ({ stressor, level, column: null })));
  return [...single, ...together];
}
