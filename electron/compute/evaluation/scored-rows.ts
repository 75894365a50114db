import type { AskedRows } from '../../../shared/contract/asked-rows.ts';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import type { ModelTask, Task } from '../../../shared/contract/models.ts';
import { countText } from '../../../shared/count-text.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Frame } from '../frame/frame.ts';
import type { Scores } from '../onnx/scorer.ts';

/** Rows with what a model answered and what was right. */
export interface ScoredRows {
  readonly task: Task;
  /** Labels by index; null for regression. */
  readonly classes: readonly string[] | null;
  /** Class index, or the value; no NaN. */
  readonly targets: Float64Array;
  readonly scores: Scores;
  /** How much each row counts; left out or null: once. */
  readonly weights?: Float64Array | null;
}

export interface EvaluationInput extends ScoredRows {
  /** Answers the model was trained on: what the baseline of always the same answer says comes from them. */
  readonly trainingTargets: Float64Array;
  readonly trainingWeights?: Float64Array | null;
  /** Answers of the linear model on the same rows, where one was fitted. */
  readonly linear: Scores | null;
  /** Name of the column that holds the rows' weights. */
  readonly weightsColumn?: string | null;
  readonly notes?: readonly string[];
  /** Columns to group by, of the same rows. */
  readonly groups: Frame;
  /** Rows with at least this probability are called positive. */
  readonly threshold: number | null;
  /** Further columns in which bad slices are looked for; null: not looked for. */
  readonly sliceColumns: Frame | null;
}

export type EvaluationBody = Omit<EvaluationReport, keyof AskedRows>;

/**
 * A model's answers without what follows from them: the second of two classes, every one of more, every label, or the number;
 * `width` a row.
 */
export function plainAnswers(
  scores: Scores,
  task: ModelTask,
): { readonly answers: Float64Array; readonly width: number } {
  if (scores.kind === 'numbers') return { answers: Float64Array.from(scores.predictions), width: 1 };
  if (scores.classes === 2 && task !== 'multilabel') return { answers: classProbability(scores, 1), width: 1 };
  return { answers: Float64Array.from(scores.probabilities), width: scores.classes };
}

/** Probability of one class for each row. */
export function classProbability(scores: Scores, classIndex: number): Float64Array {
  if (scores.kind !== 'classes') throw new RangeError('The model answers numbers, not probabilities.');
  const { classes, probabilities } = scores;
  return Float64Array.from(
    { length: classes === 0 ? 0 : probabilities.length / classes },
    (_, row) => probabilities[row * classes + classIndex] ?? 0,
  );
}

/** No metric has an answer where a model has none: MODEL_INVALID with the first row for which it gives no finite number, and how many there are. */
export function requireAnswers(scores: Scores): void {
  const [numbers, width] = scores.kind === 'numbers' ? [scores.predictions, 1] : [scores.probabilities, scores.classes];
  const first = numbers.findIndex((value) => !Number.isFinite(value));
  if (first < 0) return;
  const rows = new Set<number>();
  for (const [at, value] of numbers.entries()) if (!Number.isFinite(value)) rows.add(Math.floor(at / width));
  const row = Math.floor(first / width);
  throw new AppError('MODEL_INVALID', {
    message: `The model answers ${numbers[first]} for row ${countText(row + 1)} of those scored; so it does for ${countText(rows.size)} of ${countText(numbers.length / width)} rows.`,
    remedy: 'Leave such rows out, or correct the model.',
    kept: 'Nothing was changed.',
    details: { row, value: String(numbers[first]), rows: rows.size },
  });
}
