import { InferenceSession, Tensor } from 'onnxruntime-node';
import { z } from 'zod';
import { denseModel, denseRows, learnTargetScale } from '../dense-data.ts';
import { type NetworkShape, parameterDims, parameterNames } from '../dense-network.ts';
import { learnEncoding } from '../design/design-encoding.ts';
import type { Estimator, FitContext, Fitted, TrainingData } from '../estimator.ts';
import { minimise } from '../minimise.ts';
import { readParams } from '../read-params.ts';
import { lossAndGradientModel } from '../training-graphs.ts';

const Params = z.object({
  /** Strength of the L2 penalty on weights: half of it times their squared sum is added to the summed loss. */
  l2: z.number().min(0).default(1),
  iterations: z.number().int().min(1).max(10_000).default(300),
});
type Params = z.infer<typeof Params>;

async function fit(data: TrainingData, params: Params, context: FitContext): Promise<Fitted> {
  const { task, train } = data;
  const encoding = learnEncoding(train.features, data.columns);
  const outputs = task === 'multiclass' ? (data.classes?.length ?? 1) : 1;
  const shape: NetworkShape = { sizes: [encoding.width, outputs] };
  const scale = learnTargetScale(task, train.targets);
  const rows = denseRows(train, task, encoding, outputs, scale);
  const model = lossAndGradientModel(task, shape);
  const session = await InferenceSession.create(model.bytes, {
    executionProviders: ['cpu'],
    intraOpNumThreads: context.threads,
    logSeverityLevel: 3,
  });
  const names = parameterNames(shape);
  const dims = parameterDims(shape);
  const weights = encoding.width * outputs;
  let evaluations = 0;
  const began = performance.now();
  let stoppedBecause = 'converged';
  const evaluate = async (point: Float64Array) => {
    evaluations += 1;
    const parts = [point.subarray(0, weights), point.subarray(weights)];
    const feeds = Object.fromEntries(
      names.map((name, index) => [
        name,
        new Tensor('float32', Float32Array.from(parts[index] ?? []), dims[index] ?? []),
      ]),
    );
    const answer = await session.run({ X: rows.X, Y: rows.Y, S: rows.S, ...feeds });
    const [lossName = '', weightName = '', biasName = ''] = model.outputs;
    let penalty = 0;
    const gradient = new Float64Array(point.length);
    gradient.set(answer[weightName]?.data as Float32Array);
    gradient.set(answer[biasName]?.data as Float32Array, weights);
    for (let i = 0; i < weights; i++) {
      const weight = point[i] ?? 0;
      penalty += weight * weight;
      gradient[i] = (gradient[i] ?? 0) + params.l2 * weight;
    }
    return { value: Number(answer[lossName]?.data[0]) + (params.l2 / 2) * penalty, gradient };
  };
  const point = await minimise(new Float64Array(weights + outputs), evaluate, {
    iterations: params.iterations,
    tolerance: 1e-5 * rows.rows,
    async afterStep(step, value) {
      const seconds = (performance.now() - began) / 1000;
      context.progress(step, params.iterations, (evaluations * rows.rows) / seconds);
      context.measure(step, { trainLoss: value / rows.rows });
      await new Promise((done) => setImmediate(done));
      context.signal.throwIfAborted();
      if (context.shouldStop()) stoppedBecause = 'stopped by hand, best kept';
      else if (seconds * 1000 > context.budgetMs) stoppedBecause = 'budget used up';
      else return true;
      return false;
    },
  });
  await session.release();
  const parameters = [Float32Array.from(point.subarray(0, weights)), Float32Array.from(point.subarray(weights))];
  return {
    onnx: denseModel(task, data.classes, encoding, scale, shape, parameters),
    rowsSeen: evaluations * rows.rows,
    stoppedBecause,
    params,
    refit: params,
  };
}

/** Logistic and multinomial regression, ridge regression: the whole loss and its gradient in one call of ONNX Runtime. */
export const linear: Estimator = {
  algorithm: 'linear',
  label: 'Linear',
  description:
    'Logistic regression for classes, ridge regression for numbers: quick, steady, easy to explain; the model to beat.',
  tasks: ['binary', 'multiclass', 'regression'],
  rank: 1,
  params: [
    { name: 'l2', label: 'L2', type: 'number', default: 1, description: 'How strongly weights are pulled to zero.' },
    {
      name: 'iterations',
      label: 'Most iterations',
      type: 'integer',
      default: 300,
      description: 'Steps of L-BFGS at most.',
      isAdvanced: true,
    },
  ],
  fit: (data, given, context) => fit(data, readParams('linear', Params, given), context),
};
