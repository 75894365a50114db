import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import { modelsMessages } from './messages.ts';

type Figure = number | null | undefined;

/** Where the chosen threshold stands on a curve; undefined when either figure has no answer. */
export const chosenPoint = (x: Figure, y: Figure) =>
  typeof x === 'number' && typeof y === 'number' ? { label: modelsMessages.chosen, x, y } : undefined;

/** The table behind a curve of thresholds. */
export const curveTable = (points: NonNullable<EvaluationReport['roc']>, x: string, y: string) => ({
  columns: [modelsMessages.tableThreshold, x, y],
  rows: points.map((one) => [one.threshold, one.x, one.y]),
});
