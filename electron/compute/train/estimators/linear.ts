import { countText } from '../../../../shared/count-text.ts';
import { AppError } from '../../../../shared/errors.ts';
import { requireMemory } from '../../../../shared/memory-need.ts';
import { PENALTIES } from '../../linear/penalty.ts';
import { denseRows, learnTargetScale, NO_SCALE } from '../dense-data.ts';
import { encodeFrame, learnEncoding } from '../design/design-encoding.ts';
import type { Estimator, FitContext, Fitted, TrainingData } from '../estimator.ts';
import { fitExactly, isExactAffordable } from '../linear-exact.ts';
import { inspectLinear } from '../linear-inspection.ts';
import { fitIteratively } from '../linear-iterative.ts';
import { linearModel } from '../linear-model.ts';
import { LinearParams, lossOf, penaltyOf } from '../linear-params.ts';
import { readParams } from '../read-params.ts';

async function fit(data: TrainingData, params: LinearParams, context: FitContext): Promise<Fitted> {
  const { task, train } = data;
  const loss = lossOf(data, params);
  // A quantile knows no squared penalty: its default is none.
  const asked = penaltyOf(params);
  const penalty = loss === 'quantile' && asked.kind === 'l2' ? { ...asked, kind: 'none' as const } : asked;
  const encoding = learnEncoding(train.features, data.columns);
  const { width, meanings: columns } = encoding;
  const rows = train.targets.length;
  const outputs = task === 'multiclass' ? (data.classes?.length ?? 1) : 1;
  const scale = loss === 'poisson' ? NO_SCALE : learnTargetScale(task, train.targets);
  // A row has one of a column's words, and a sentence a few dozen runs of them.
  const filled =
    1 +
    columns.filter(({ part, isFirstLevel }) => part === 'number' || part === 'datePart' || isFirstLevel).length +
    Math.min(64, columns.filter(({ part }) => part === 'text').length);
  const isFree = penalty.kind === 'none' || penalty.strength === 0;
  const isExact =
    loss === 'quantile'
      ? rows * (width + 1) ** 2 <= MOST_QUANTILE_WORK
      : isExactAffordable({ rows, width, outputs, filled, penalty });
  if (!isExact && (loss === 'quantile' || loss === 'poisson' || !(isFree || penalty.kind === 'l2')))
    throw tooLarge(rows, width, `${loss} loss with the penalty ${penalty.kind}`);
  requireMemory(
    { rows, columns: width, bytesEach: loss === 'quantile' ? 20 : 8 },
    'The matrix of a linear model',
    process.availableMemory(),
  );
  // Without a penalty one word of each column is what the others are compared with: its weight is zero.
  const references = new Set(isFree && isExact ? columns.flatMap((each, j) => (each.isFirstLevel ? [j] : [])) : []);
  let fitted: Awaited<ReturnType<typeof fitExactly>>;
  if (isExact) {
    const values = encodeFrame(train.features, encoding);
    for (const j of references) for (let row = 0; row < rows; row++) values[row * width + j] = 0;
    const weight = train.weights ?? new Float64Array(rows).fill(1);
    fitted = await fitExactly(
      {
        data: {
          x: { rows, columns: width, values },
          y: task === 'regression' ? train.targets.map((y) => (y - scale.mean) / scale.deviation) : train.targets,
          weight,
          totalWeight: weight.reduce((sum, w) => sum + w, 0),
        },
        loss,
        outputs,
        penalty,
        quantile: params.quantile,
        iterations: params.iterations,
      },
      context,
    );
  } else {
    fitted = await fitIteratively(
      { task, rows: denseRows(train, task, encoding, outputs, scale), width, outputs },
      { strength: isFree ? 0 : penalty.strength, iterations: params.iterations },
      context,
    );
  }
  const { l2: _, ...kept } = { ...params, penalty: penalty.kind, strength: penalty.strength };
  return {
    onnx: linearModel(fitted, { task, classes: data.classes, encoding, scale, isLog: loss === 'poisson' }),
    rowsSeen: fitted.passes * rows,
    stoppedBecause: fitted.stoppedBecause,
    params: kept,
    refit: kept,
    inspection: inspectLinear(fitted, { columns, classes: data.classes, scale, loss, penalty, references }),
  };
}

/** Rows times squared columns that quantile regression takes on: about a minute. */
const MOST_QUANTILE_WORK = 6e9;

function tooLarge(rows: number, width: number, what: string): AppError {
  return new AppError('INVALID_ARGUMENT', {
    message: `linear: ${countText(rows)} rows of ${countText(width)} encoded columns are too many for ${what}.`,
    remedy: 'Use the penalty l2 with the squared loss, fewer rows, or leave out columns of many words.',
    details: { rows, width },
  });
}

/** Linear models: exact where Newton's method takes seconds, else approached by L-BFGS on ONNX Runtime. */
export const linear: Estimator = {
  algorithm: 'linear',
  label: 'Linear',
  description:
    'Logistic regression for classes, linear regression for numbers, counts and quantiles: quick, exact, easy to explain; the model to beat.',
  tasks: ['binary', 'multiclass', 'regression'],
  rank: 1,
  isBaseline: true,
  params: [
    {
      name: 'penalty',
      label: 'Penalty',
      type: 'text',
      default: 'l2',
      choices: [...PENALTIES],
      description: 'What keeps weights small: l2 all of them, l1 most of them at zero; none tells standard errors.',
    },
    {
      name: 'strength',
      label: 'Strength',
      type: 'number',
      default: 1,
      description: 'How strongly weights are pulled to zero.',
      search: { kind: 'float', low: 1e-3, high: 1e3, isLog: true },
    },
    {
      name: 'l1Ratio',
      label: 'Share of l1',
      type: 'number',
      default: 0.5,
      description: 'Of an elastic net: how much of the penalty is l1.',
      isAdvanced: true,
    },
    {
      name: 'loss',
      label: 'Loss',
      type: 'text',
      default: 'squared',
      choices: ['squared', 'poisson', 'quantile'],
      description: 'For numbers: the mean, the mean of counts, or a quantile.',
    },
    {
      name: 'quantile',
      label: 'Quantile',
      type: 'number',
      default: 0.5,
      description: 'With the loss quantile: the share of answers below the prediction.',
      isAdvanced: true,
    },
    {
      name: 'iterations',
      label: 'Most iterations',
      type: 'integer',
      default: 300,
      description: 'Steps at most.',
      isAdvanced: true,
    },
  ],
  fit: (data, given, context) => fit(data, readParams('linear', LinearParams, given), context),
};
