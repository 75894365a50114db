import { countText } from '../../../shared/count-text.ts';
import { AppError } from '../../../shared/errors.ts';
import { scaledFactor } from '../linear/cholesky.ts';
import { scoreErrors, softmaxErrors } from '../linear/curvature-errors.ts';
import type { CheckedData } from '../linear/linear-data.ts';
import { NOT_CONVERGED, PENALISED, SEPARABLE, TOO_FEW_ROWS, UNBOUNDED } from '../linear/linear-fit.ts';
import { newton } from '../linear/newton.ts';
import { type Penalty, workingPenalty } from '../linear/penalty.ts';
import { quantile } from '../linear/quantile.ts';
import { logisticLoss, poissonLoss, scoreModel, squaredLoss } from '../linear/smooth-model.ts';
import { softmaxModel } from '../linear/softmax-model.ts';
import { timesVector, toOriginal, type WorkingDesign, weightedGram, workingDesign } from '../linear/working-design.ts';
import type { FitContext } from './estimator.ts';
import type { LinearLoss } from './linear-params.ts';
import type { LinearWeights } from './linear-weights.ts';

/** Without a penalty, steps that still go on after these many have nowhere to end. */
const STEPS_WITHOUT_PENALTY = 50;
/** A mean logistic loss below this: the classes are told apart. A standard error above the other: its weight has no bound. */
const [SEPARATED, WITHOUT_BOUND] = [1e-6, 1e4];
/** More weights than this are fitted without standard errors. */
const MOST_WITH_ERRORS = 1000;
/** Multiplications an exact step may take, and weights it may have with and without zeros among them. */
const [MOST_WORK, MOST_WEIGHTS, MOST_SPARSE_WEIGHTS] = [5e9, 2000, 4000];

export interface ExactProblem {
  readonly data: CheckedData;
  readonly loss: LinearLoss;
  readonly outputs: number;
  readonly penalty: Penalty;
  /** Which quantile, where that is the loss. */
  readonly quantile: number;
  readonly iterations: number;
}

/** Whether Newton's method takes seconds at most on so many rows, `filled` cells a row that are not zero. */
export function isExactAffordable({
  rows,
  width,
  outputs,
  filled,
  penalty,
}: {
  readonly rows: number;
  readonly width: number;
  readonly outputs: number;
  readonly filled: number;
  readonly penalty: Penalty;
}): boolean {
  const weights = (width + 1) * outputs;
  const hasZeros = penalty.kind === 'l1' || penalty.kind === 'elasticNet';
  const work = (rows * filled ** 2 * outputs * (outputs + 1)) / 4 + weights ** 3 / 3;
  return weights <= (hasZeros ? MOST_SPARSE_WEIGHTS : MOST_WEIGHTS) && work <= (hasZeros ? 4 : 1) * MOST_WORK;
}

/** Solves a linear model on encoded rows to the last digits, told of and stopped after every step. */
export async function fitExactly(problem: ExactProblem, context: FitContext): Promise<LinearWeights> {
  context.signal.throwIfAborted();
  const { data, loss, outputs, penalty, iterations } = problem;
  if (loss === 'quantile') return fitQuantile(problem);
  const design = workingDesign(data, { hasIntercept: true });
  const working = workingPenalty(design, penalty, outputs);
  const isFree = penalty.kind === 'none' || penalty.strength === 0;
  const softmax = outputs > 1 ? softmaxModel(design, data, { classes: outputs, scale: 1, penalty: working }) : null;
  const model =
    softmax ??
    scoreModel(design, data, {
      scale: 1,
      loss: loss === 'logistic' ? logisticLoss : loss === 'poisson' ? poissonLoss : squaredLoss,
    });
  const start = new Float64Array(model.size);
  if (softmax === null) start[0] = startOf(data, loss);
  const began = performance.now();
  const rows = data.x.rows;
  let stoppedBecause = 'converged';
  const most = Math.min(iterations, isFree ? STEPS_WITHOUT_PENALTY : 100);
  const end = await newton(model, working, {
    start,
    iterations: most,
    async afterStep(step, value) {
      const seconds = (performance.now() - began) / 1000;
      context.progress(step, null, (step * rows) / seconds);
      context.measure(step, { trainLoss: value / rows });
      // Messages leave and cancels arrive only when the event loop turns.
      await new Promise((done) => setImmediate(done));
      context.signal.throwIfAborted();
      if (context.shouldStop()) stoppedBecause = 'stopped by hand, best kept';
      else if (seconds * 1000 > context.budgetMs) stoppedBecause = 'budget used up';
      else return true;
      return false;
    },
  });
  if (stoppedBecause === 'converged' && !end.isConverged) stoppedBecause = `${countText(end.steps)} steps`;
  const { columns } = design;
  const parts = Array.from({ length: outputs }, (_, k) =>
    toOriginal(design, end.b.subarray(k * columns, (k + 1) * columns)),
  );
  const center = outputs === 1 ? 0 : parts.reduce((sum, part) => sum + part.intercept, 0) / outputs;
  const answer = {
    weights: parts.map(({ coefficients }) => coefficients),
    intercepts: Float64Array.from(parts, ({ intercept }) => intercept - center),
    solver: 'exact' as const,
    stoppedBecause,
    passes: end.steps,
  };
  const without = (reason: string): LinearWeights => ({ ...answer, errors: null, freedom: null, reason });
  if (!isFree) return without(PENALISED);
  const isCutShort = !end.isConverged && stoppedBecause !== `${countText(end.steps)} steps`;
  if (isCutShort) return without(NOT_CONVERGED);
  // Words whose rows all have one answer have weights without bound; those of the others settle beside them.
  const isApart = loss === 'logistic' && end.value <= SEPARATED * data.totalWeight;
  if (!end.isConverged && (isApart || loss !== 'logistic')) return without(isApart ? SEPARABLE : UNBOUNDED);
  if (!end.isConverged && hasDependentColumns(design)) return without(UNBOUNDED_AND_COLLINEAR);
  const fitted = columns - design.isEmpty.reduce((sum, is) => sum + is, 0);
  const freedom = data.weight.reduce((sum, w) => sum + Number(w > 0), 0) - fitted;
  if (freedom <= 0) return without(TOO_FEW_ROWS);
  if (model.size > MOST_WITH_ERRORS)
    return without(`Standard errors are told for ${MOST_WITH_ERRORS} weights at most; there are ${model.size}.`);
  model.value(end.b);
  if (softmax)
    return { ...answer, errors: softmaxErrors(design, softmax, outputs).errors, freedom: null, reason: null };
  const variance = loss === 'squared' ? residualVariance(design, data, { b: end.b, freedom }) : 1;
  const { errors } = scoreErrors(design, model.derivatives().hessian, variance);
  return { ...answer, errors: [bounded(errors)], freedom: loss === 'squared' ? freedom : null, reason: null };
}

const UNBOUNDED_AND_COLLINEAR =
  'Some words have one answer only, and some columns are combinations of others: weights grow without bound, and not each on its own.';

function hasDependentColumns(design: WorkingDesign): boolean {
  const gram = weightedGram(design, new Float64Array(design.rows).fill(1));
  const { skipped } = scaledFactor(gram, design.columns).factor;
  return skipped.some((column) => column > 0 && design.isEmpty[column - 1] === 0);
}

const bounded = (errors: Float64Array): Float64Array =>
  errors.map((error) => (error < WITHOUT_BOUND ? error : Number.NaN));

/** The intercept of a model without columns. */
function startOf({ y, weight, totalWeight }: CheckedData, loss: LinearLoss): number {
  let mean = 0;
  for (const [row, value] of y.entries()) mean += ((weight[row] ?? 0) * value) / totalWeight;
  if (loss === 'logistic') return Math.log(mean / (1 - mean));
  return loss === 'poisson' ? Math.log(mean) : mean;
}

function residualVariance(
  design: WorkingDesign,
  { y, weight }: CheckedData,
  { b, freedom }: { readonly b: Float64Array; readonly freedom: number },
): number {
  const scores = timesVector(design, b, new Float64Array(design.rows));
  let squares = 0;
  for (const [row, score] of scores.entries()) squares += (weight[row] ?? 0) * ((y[row] ?? 0) - score) ** 2;
  return squares / freedom;
}

function fitQuantile({ data, penalty, quantile: level }: ExactProblem): LinearWeights {
  if (penalty.kind === 'l2' || penalty.kind === 'elasticNet')
    throw new AppError('INVALID_ARGUMENT', {
      message: `linear: penalty: ${penalty.kind} is not for quantiles.`,
      remedy: 'Use the penalty l1 or none.',
    });
  const alpha = penalty.kind === 'l1' ? penalty.strength / data.totalWeight : 0;
  const fit = quantile({ x: data.x, y: data.y, weight: data.weight }, { quantile: level, alpha });
  return {
    weights: [fit.coefficients],
    intercepts: Float64Array.of(fit.intercept),
    errors: null,
    freedom: null,
    reason: fit.reason,
    solver: 'exact',
    stoppedBecause: fit.isVertex ? 'solved exactly' : 'converged',
    passes: 1,
  };
}
