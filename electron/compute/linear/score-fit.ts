import { scoreErrors } from './curvature-errors.ts';
import { leastSquares } from './least-squares.ts';
import type { CheckedData } from './linear-data.ts';
import { COLLINEAR, linearScores, NOT_CONVERGED, PENALISED, TOO_FEW_ROWS, UNBOUNDED } from './linear-fit.ts';
import { type NewtonEnd, newtonNow } from './newton.ts';
import { type Penalty, workingPenalty } from './penalty.ts';
import { type ScoreLoss, scoreModel } from './smooth-model.ts';
import { toOriginal, workingDesign } from './working-design.ts';

/** Without a penalty, steps that still go on after these many have nowhere to end. */
const STEPS_WITHOUT_PENALTY = 50;

export interface ScoreFit {
  readonly coefficients: Float64Array;
  readonly intercept: number;
  /** z of each row. */
  readonly scores: Float64Array;
  readonly isConverged: boolean;
  readonly reason: string | null;
  readonly nonZero: readonly number[];
  /** Roots of the diagonal of the inverse curvature of the weighted loss (not scaled), the intercept first; null: see `reason`. */
  readonly errors: Float64Array | null;
}

/** Fits one score a row: scale times the weighted sum of the loss, plus a penalty. */
export function fitScores(
  data: CheckedData,
  options: {
    readonly loss: ScoreLoss;
    readonly scale: number;
    readonly penalty: Penalty;
    readonly hasIntercept: boolean;
    /** The intercept to start from; infinite where all answers are alike and it grows without bound, penalty or not. */
    readonly start: number;
  },
): ScoreFit {
  const { loss, scale, penalty, hasIntercept } = options;
  const design = workingDesign(data, { hasIntercept });
  const model = scoreModel(design, data, { loss, scale });
  const isFree = penalty.kind === 'none' || penalty.strength === 0;
  const start = new Float64Array(design.columns);
  if (hasIntercept && Number.isFinite(options.start)) start[0] = options.start;
  const end = newtonNow(model, workingPenalty(design, penalty), start, isFree ? STEPS_WITHOUT_PENALTY : undefined);
  let { coefficients, intercept } = toOriginal(design, end.b);
  let reason: string | null = PENALISED;
  let errors: Float64Array | null = null;
  if (isFree) {
    model.value(end.b);
    const { hessian } = model.derivatives();
    const spread = scoreErrors(design, hessian, scale);
    reason = freeReason(end, spread.undetermined.length > 0, data.x.rows <= design.columns);
    if (reason === null) errors = spread.errors;
    else if (reason === COLLINEAR) {
      // Of all weights that give these scores, the smallest.
      const scores = linearScores(data.x, coefficients, intercept);
      ({ coefficients, intercept } = leastSquares({ x: data.x, y: scores }, { intercept: hasIntercept }));
    }
  } else if (!end.isConverged) reason = Number.isFinite(options.start) ? NOT_CONVERGED : UNBOUNDED;
  return {
    coefficients,
    intercept,
    scores: linearScores(data.x, coefficients, intercept),
    isConverged: end.isConverged,
    reason,
    nonZero: [...coefficients.keys()].filter((j) => coefficients[j] !== 0),
    errors,
  };
}

const freeReason = (end: NewtonEnd, isCollinear: boolean, isShort: boolean): string | null =>
  !end.isConverged ? UNBOUNDED : isCollinear ? COLLINEAR : isShort ? TOO_FEW_ROWS : null;
