import { availableParallelism } from 'node:os';
import type { CalibrationCurves, CalibrationResult } from '../../../shared/contract/calibration.ts';
import type { TrainingRequest } from '../../../shared/contract/training.ts';
import { AppError } from '../../../shared/errors.ts';
import { calibratedModel } from '../../compute/calibration/calibrated-model.ts';
import { type Calibration, type ClassShares, learnCalibration } from '../../compute/calibration/calibration.ts';
import { chooseCalibration } from '../../compute/calibration/choose-calibration.ts';
import { classCalibrationError } from '../../compute/calibration/class-calibration-error.ts';
import { scoreFrame } from '../../compute/onnx/scorer.ts';
import type { TrainingRows } from './training-rows.ts';
import type { JudgedAnswers } from './trial.ts';

export interface CalibratedFinal {
  readonly onnx: Uint8Array;
  /** Null: the graph is as it was. */
  readonly curves: CalibrationCurves | null;
  /** Null where nothing was asked for. */
  readonly result: CalibrationResult | null;
}

/**
 * Corrects the probabilities of the final model by what the chosen configuration said of rows it had not learnt from: the
 * validation rows, or the rows of each fold. Judged before and after on test rows.
 */
export async function calibrateFinal(
  rows: TrainingRows,
  onnx: Uint8Array,
  {
    request,
    answers,
    isOutOfFold,
  }: { readonly request: TrainingRequest; readonly answers: JudgedAnswers | null; readonly isOutOfFold: boolean },
): Promise<CalibratedFinal> {
  const asked = request.calibration ?? (request.algorithm === 'auto' ? 'auto' : 'none');
  const { task, classes } = rows.target;
  const nothing = { onnx, curves: null, result: null };
  if (asked === 'none') return nothing;
  const hasNone = task === 'regression' || task === 'multilabel';
  if (hasNone || classes === null || answers === null) {
    if (asked === 'auto') return nothing;
    throw new AppError('INVALID_ARGUMENT', {
      message: hasNone
        ? `${task === 'regression' ? 'Numbers have no probabilities' : 'Several labels have no one probability'} to calibrate by ${asked}.`
        : 'There are no held-out rows to calibrate with.',
      remedy: hasNone ? 'Leave the calibration out.' : 'Keep validation rows, or use folds.',
    });
  }
  const { targets, weights } = rows.labelled(answers.rows);
  const shares = sharesOf(answers);
  const { calibration, reason } =
    asked === 'auto'
      ? chooseCalibration(shares, { targets, weights, seed: request.seed })
      : { calibration: learnCalibration(asked, shares, { targets, weights }), reason: 'asked for' };
  const corrected = calibration === null ? onnx : calibratedModel(onnx, { calibration, classes });
  const before = await testError(rows, onnx);
  return {
    onnx: corrected,
    curves: calibration === null ? null : documentOf(calibration),
    result: {
      kind: calibration?.kind ?? 'none',
      reason,
      learntFrom: isOutOfFold ? 'outOfFold' : 'validation',
      rows: targets.length,
      before,
      after: calibration === null ? before : await testError(rows, corrected),
    },
  };
}

/** The model of a manifest with its correction. */
export const calibratedAgain = (
  onnx: Uint8Array,
  curves: CalibrationCurves | null,
  classes: readonly string[] | null,
): Uint8Array =>
  curves === null || classes === null ? onnx : calibratedModel(onnx, { calibration: calibrationOf(curves), classes });

/** Curves as they were learnt, from a manifest. */
export const calibrationOf = (curves: CalibrationCurves): Calibration =>
  curves.kind === 'histogram'
    ? {
        kind: 'histogram',
        curves: curves.curves.map(({ values }) => ({
          values: Float64Array.from(values, (value) => value ?? Number.NaN),
        })),
      }
    : curves;

/** Shares of every class; of two only the second one's are kept. */
function sharesOf({ answers, width }: JudgedAnswers): ClassShares {
  if (width > 1) return { probabilities: answers, classes: width };
  const probabilities = new Float64Array(2 * answers.length);
  for (const [row, share] of answers.entries()) probabilities.set([1 - share, share], 2 * row);
  return { probabilities, classes: 2 };
}

async function testError(rows: TrainingRows, onnx: Uint8Array): Promise<number | null> {
  const { features, targets, weights } = rows.test.rows;
  const scores = await scoreFrame(onnx, features, { threads: availableParallelism() });
  return scores.kind === 'classes' ? classCalibrationError(scores, targets, weights) : null;
}

function documentOf(calibration: Calibration): CalibrationCurves {
  switch (calibration.kind) {
    case 'temperature':
      return { ...calibration };
    case 'platt':
      return { ...calibration, curves: calibration.curves.map(({ a, b }) => ({ a, b })) };
    case 'beta':
      return { kind: 'beta', curves: calibration.curves.map(({ a, b, c }) => ({ a, b, c })) };
    case 'histogram':
      return {
        kind: 'histogram',
        curves: calibration.curves.map(({ values }) => ({
          values: Array.from(values, (value) => (Number.isNaN(value) ? null : value)),
        })),
      };
    case 'isotonic':
      return { kind: 'isotonic', curves: calibration.curves.map(({ x, y }) => ({ x: [...x], y: [...y] })) };
  }
}
