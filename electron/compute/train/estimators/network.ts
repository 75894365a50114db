import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { type DenseRows, denseModel, denseRows, learnTargetScale } from '../dense-data.ts';
import { initialParameters, meanLoss, type NetworkShape, parameterDims, parameterNames } from '../dense-network.ts';
import { learnEncoding } from '../design-matrix.ts';
import type { Estimator, FitContext, Fitted, TrainingData } from '../estimator.ts';
import { readParams } from '../read-params.ts';
import { seededRandom } from '../seeded-random.ts';
import { epochModel, forwardModel } from '../training-graphs.ts';

const Params = z.object({
  hidden: z.array(z.number().int().min(1).max(4096)).max(8).default([128, 64]),
  learningRate: z.number().gt(0).max(1).default(1e-3),
  batchRows: z.number().int().min(1).max(65_536).default(256),
  epochs: z.number().int().min(1).max(10_000).default(200),
  patience: z.number().int().min(1).default(10),
  weightDecay: z.number().min(0).default(1e-3),
});
type Params = z.infer<typeof Params>;

/** Without validation rows nothing can say when to stop. */
const EPOCHS_WITHOUT_VALIDATION = 30;
/** Epochs without gain after which the learning rate is halved. */
const HALVE_AFTER = 4;
const SCORED_AT_ONCE = 16_384;

/** Everything an epoch starts from: with it, a resumed training is the unbroken one. */
interface State {
  epoch: number;
  learningRate: number;
  /** Value and both moments of each parameter, in order; then the step count. */
  tensors: Float32Array[];
  best: { readonly epoch: number; readonly loss: number; readonly parameters: Float32Array[] } | null;
  sinceBest: number;
}

class NetworkTraining {
  readonly #data: TrainingData;
  readonly #params: Params;
  readonly #context: FitContext;
  readonly #shape: NetworkShape;
  readonly #names: readonly string[];
  readonly #dims: readonly number[][];

  constructor(data: TrainingData, params: Params, context: FitContext, shape: NetworkShape) {
    this.#data = data;
    this.#params = params;
    this.#context = context;
    this.#shape = shape;
    this.#names = parameterNames(shape);
    this.#dims = parameterDims(shape);
  }

  /** The parameters with the lowest validation loss, rows seen, and why it ended. */
  async run(train: DenseRows, validation: DenseRows) {
    const { task } = this.#data;
    const batchRows = Math.min(this.#params.batchRows, train.rows);
    const options = { executionProviders: ['cpu'], logSeverityLevel: 3 as const };
    // A step of this size is quicker on one thread than shared by several.
    const epochs = await InferenceSession.create(epochModel(task, this.#shape, batchRows, this.#params.weightDecay), {
      ...options,
      intraOpNumThreads: 1,
    });
    const scorer = await InferenceSession.create(forwardModel(this.#shape), {
      ...options,
      intraOpNumThreads: this.#context.threads,
    });
    const hasValidation = validation.rows > 0;
    const most = hasValidation ? this.#params.epochs : Math.min(this.#params.epochs, EPOCHS_WITHOUT_VALIDATION);
    const state = await this.#start();
    const began = performance.now();
    const startEpoch = state.epoch;
    let stoppedBecause = `${most} epochs`;
    try {
      while (state.epoch < most) {
        const trainLoss = await this.#epoch(epochs, state, train, batchRows);
        const loss = hasValidation
          ? meanLoss(
              task,
              await this.#scores(scorer, state, validation),
              validation.targets,
              validation.S.data instanceof Float32Array ? Float64Array.from(validation.S.data) : null,
              this.#outputs,
            )
          : trainLoss;
        if (!Number.isFinite(trainLoss) || !Number.isFinite(loss)) {
          if (state.best) {
            stoppedBecause = `diverged in epoch ${state.epoch}, the best before is kept`;
            break;
          }
          throw new AppError('DIVERGED', {
            message: `The network diverged in epoch ${state.epoch}: its loss is no number.`,
            remedy: 'Lower the learning rate.',
            kept: 'No model was made.',
          });
        }
        if (!state.best || loss < state.best.loss) {
          state.best = {
            epoch: state.epoch,
            loss,
            parameters: this.#parameters(state).map((values) => values.slice()),
          };
          state.sinceBest = 0;
        } else {
          state.sinceBest += 1;
          if (state.sinceBest % HALVE_AFTER === 0) state.learningRate /= 2;
        }
        const spent = performance.now() - began;
        this.#context.measure(state.epoch, { trainLoss, ...(hasValidation ? { validationLoss: loss } : {}) });
        this.#context.progress(state.epoch, most, ((state.epoch - startEpoch) * train.rows) / (spent / 1000));
        await this.#checkpoint(state);
        await new Promise((done) => setImmediate(done));
        this.#context.signal.throwIfAborted();
        if (hasValidation && state.sinceBest >= this.#params.patience)
          stoppedBecause = `no better for ${this.#params.patience} epochs`;
        else if (this.#context.shouldStop()) stoppedBecause = 'stopped by hand';
        else if (spent > this.#context.budgetMs) stoppedBecause = 'budget used up';
        else continue;
        break;
      }
    } finally {
      await epochs.release();
      await scorer.release();
    }
    const best = state.best;
    return {
      parameters: best?.parameters ?? this.#parameters(state),
      rowsSeen: (state.epoch - startEpoch) * train.rows,
      stoppedBecause: `${stoppedBecause}, epoch ${best?.epoch ?? state.epoch} kept`,
    };
  }

  get #outputs(): number {
    return this.#shape.sizes.at(-1) ?? 1;
  }

  get #checkpointPath(): string {
    return join(this.#context.folder, 'checkpoint.bin');
  }

  #parameters(state: State): Float32Array[] {
    return this.#names.map((_, index) => state.tensors[index * 3] ?? new Float32Array());
  }

  /** From the checkpoint where one is left, else from scratch. */
  async #start(): Promise<State> {
    if (existsSync(this.#checkpointPath)) {
      const state = deserialize(await readFile(this.#checkpointPath)) as State;
      this.#context.log(`resumed after epoch ${state.epoch}`);
      return state;
    }
    const start = initialParameters(this.#shape, seededRandom(this.#context.seed));
    const tensors = start.flatMap((values) => [
      values,
      new Float32Array(values.length),
      new Float32Array(values.length),
    ]);
    return {
      epoch: 0,
      learningRate: this.#params.learningRate,
      tensors: [...tensors, new Float32Array(1)],
      best: null,
      sinceBest: 0,
    };
  }

  /** Written beside and renamed, so that a kill leaves the old or the new one. */
  async #checkpoint(state: State): Promise<void> {
    await writeFile(`${this.#checkpointPath}.new`, serialize(state));
    await rename(`${this.#checkpointPath}.new`, this.#checkpointPath);
  }

  /** One pass over the rows in a new order; answers the mean of the steps' losses. */
  async #epoch(session: InferenceSession, state: State, train: DenseRows, batchRows: number): Promise<number> {
    const feeds: Record<string, Tensor> = {
      X: train.X,
      Y: train.Y,
      S: train.S,
      order: new Tensor(
        'int64',
        permutation(train.rows, seededRandom(this.#context.seed * 1_000_003 + state.epoch + 1)),
        [train.rows],
      ),
      trip: new Tensor('int64', BigInt64Array.of(BigInt(Math.floor(train.rows / batchRows))), []),
      go: new Tensor('bool', Uint8Array.of(1), []),
      lr: new Tensor('float32', Float32Array.of(state.learningRate), []),
      t: new Tensor('float32', state.tensors.at(-1) ?? new Float32Array(1), []),
    };
    const keys = this.#names.flatMap((name) => [name, `m_${name}`, `v_${name}`]);
    for (const [index, key] of keys.entries())
      feeds[key] = new Tensor(
        'float32',
        state.tensors[index] ?? new Float32Array(),
        this.#dims[Math.floor(index / 3)] ?? [],
      );
    const answer = await session.run(feeds);
    state.tensors = [...keys, 't'].map((key) => answer[`out_${key}`]?.data as Float32Array);
    state.epoch += 1;
    const losses = answer['losses']?.data as Float32Array;
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  }

  async #scores(session: InferenceSession, state: State, rows: DenseRows): Promise<Float32Array> {
    const width = this.#shape.sizes[0] ?? 0;
    const all = new Float32Array(rows.rows * this.#outputs);
    const matrix = rows.X.data as Float32Array;
    const parameters = Object.fromEntries(
      this.#parameters(state).map((values, index) => [
        this.#names[index] ?? '',
        new Tensor('float32', values, this.#dims[index] ?? []),
      ]),
    );
    for (let from = 0; from < rows.rows; from += SCORED_AT_ONCE) {
      const to = Math.min(rows.rows, from + SCORED_AT_ONCE);
      const answer = await session.run({
        X: new Tensor('float32', matrix.subarray(from * width, to * width), [to - from, width]),
        ...parameters,
      });
      all.set(Object.values(answer)[0]?.data as Float32Array, from * this.#outputs);
    }
    return all;
  }
}

/** Row numbers in a random order (Fisher and Yates). */
function permutation(rows: number, random: () => number): BigInt64Array {
  const order = new BigInt64Array(rows);
  for (let i = 0; i < rows; i++) order[i] = BigInt(i);
  for (let i = rows - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const kept = order[i] ?? 0n;
    order[i] = order[j] ?? 0n;
    order[j] = kept;
  }
  return order;
}

async function fit(data: TrainingData, params: Params, context: FitContext): Promise<Fitted> {
  const { task, train, validation } = data;
  const encoding = learnEncoding(
    train.features,
    data.columns.map(({ name }) => name),
  );
  const outputs = task === 'multiclass' ? (data.classes?.length ?? 1) : 1;
  const shape: NetworkShape = { sizes: [encoding.width, ...params.hidden, outputs] };
  const scale = learnTargetScale(task, train.targets);
  const training = new NetworkTraining(data, params, context, shape);
  const { parameters, rowsSeen, stoppedBecause } = await training.run(
    denseRows(train, task, encoding, outputs, scale),
    denseRows(validation, task, encoding, outputs, scale),
  );
  return { onnx: denseModel(task, data.classes, encoding, scale, shape, parameters), rowsSeen, stoppedBecause, params };
}

/** A dense network, trained by ONNX Runtime itself: gradients, Adam and batches are nodes, an epoch is one call. */
export const network: Estimator = {
  algorithm: 'network',
  label: 'Neural network',
  description:
    'Rectified layers on standardised numbers and one-hot words, trained with Adam; stops when validation rows get no better.',
  tasks: ['binary', 'multiclass', 'regression'],
  rank: 2,
  params: [
    {
      name: 'hidden',
      label: 'Hidden layers',
      type: 'integers',
      default: [128, 64],
      description: 'Units of each hidden layer.',
    },
    {
      name: 'learningRate',
      label: 'Learning rate',
      type: 'number',
      default: 0.001,
      description: "Adam's step; halved when it stops helping.",
    },
    { name: 'batchRows', label: 'Batch', type: 'integer', default: 256, description: 'Rows a step.' },
    {
      name: 'epochs',
      label: 'Most epochs',
      type: 'integer',
      default: 200,
      description: 'Passes over the rows at most.',
    },
    {
      name: 'patience',
      label: 'Patience',
      type: 'integer',
      default: 10,
      description: 'Epochs without gain before it stops.',
    },
    {
      name: 'weightDecay',
      label: 'Weight decay',
      type: 'number',
      default: 0.001,
      description: 'Pulls weights to zero, apart from the gradient.',
    },
  ],
  fit: (data, given, context) => fit(data, readParams('network', Params, given), context),
};
