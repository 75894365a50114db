import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Task } from '../../../shared/contract/models.ts';
import { PENALISED } from '../linear/linear-fit.ts';
import { Checkpoint } from './checkpoint.ts';
import type { DenseRows } from './dense-data.ts';
import { type NetworkShape, parameterDims, parameterNames } from './dense-network.ts';
import type { FitContext } from './estimator.ts';
import type { LinearWeights } from './linear-weights.ts';
import { type MinimiseState, minimise } from './minimise.ts';
import { lossAndGradientModel } from './training-graphs.ts';

/**
 * Linear models too wide or too long for Newton's method: the whole loss and its gradient in one call of ONNX Runtime, steps
 * by L-BFGS. Only a squared penalty; single precision, so that the last digits are not reached. A fit that was broken off goes on
 * from its checkpoint.
 */
export async function fitIteratively(
  { task, rows, width, outputs }: { task: Task; rows: DenseRows; width: number; outputs: number },
  { strength, iterations }: { readonly strength: number; readonly iterations: number },
  context: FitContext,
): Promise<LinearWeights> {
  const shape: NetworkShape = { sizes: [width, outputs] };
  const model = lossAndGradientModel(task, shape);
  const session = await InferenceSession.create(model.bytes, {
    executionProviders: ['cpu'],
    intraOpNumThreads: context.threads,
    logSeverityLevel: 3,
  });
  const names = parameterNames(shape);
  const dims = parameterDims(shape);
  const weights = width * outputs;
  const checkpoint = new Checkpoint<MinimiseState>(context.folder, { task, rows: rows.rows, width, outputs, strength });
  const start = await checkpoint.read();
  if (start) context.log(`resumed after step ${start.step}`);
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
      gradient[i] = (gradient[i] ?? 0) + strength * weight;
    }
    return { value: Number(answer[lossName]?.data[0]) + (strength / 2) * penalty, gradient };
  };
  const point = await minimise(start ?? new Float64Array(weights + outputs), evaluate, {
    iterations,
    tolerance: 1e-5 * rows.rows,
    async afterStep(state) {
      const { step, here } = state;
      await checkpoint.writeIfDue(() => state);
      const seconds = (performance.now() - began) / 1000;
      context.progress(step, iterations, (evaluations * rows.rows) / seconds);
      context.measure(step, { trainLoss: here.value / rows.rows });
      await new Promise((done) => setImmediate(done));
      context.signal.throwIfAborted();
      if (context.shouldStop()) stoppedBecause = 'stopped by hand, best kept';
      else if (seconds * 1000 > context.budgetMs) stoppedBecause = 'budget used up';
      else return true;
      return false;
    },
  });
  await session.release();
  return {
    weights: Array.from({ length: outputs }, (_, k) =>
      Float64Array.from({ length: width }, (__, j) => point[j * outputs + k] ?? 0),
    ),
    intercepts: point.slice(weights),
    errors: null,
    freedom: null,
    reason: strength > 0 ? PENALISED : 'The data is too large for the exact solver, which alone tells standard errors.',
    solver: 'iterative',
    stoppedBecause,
    passes: evaluations,
  };
}
