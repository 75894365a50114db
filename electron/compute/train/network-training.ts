import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Task } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import type { DenseRows } from './dense-data.ts';
import { initialParameters, meanLoss, type NetworkShape, parameterDims, parameterNames } from './dense-network.ts';
import type { FitContext } from './estimator.ts';
import { optimiserOf } from './optimisers/optimisers.ts';
import { type SCHEDULE_NAMES, scheduleOf } from './optimisers/schedules.ts';
import { seededRandom } from './seeded-random.ts';
import { type EpochOptions, epochModel, forwardModel, stateNames } from './training-graphs.ts';

export interface NetworkTrainingOptions {
  readonly task: Task;
  readonly shape: NetworkShape;
  readonly optimiser: string;
  /** For optimisers that take one. */
  readonly momentum: number;
  readonly learningRate: number;
  readonly schedule: (typeof SCHEDULE_NAMES)[number];
  readonly batchRows: number;
  readonly epochs: number;
  readonly patience: number;
  readonly weightDecay: number;
}

const SCORED_AT_ONCE = 16_384;
/** An epoch's share in the running mean: 5 / (4 + epoch), so that the first steps are soon forgotten ... */
const AVERAGE_DECAY = 4;
/** ... but no less than this: it looks back about five epochs. */
const LEAST_SHARE = 0.2;
const CHECKPOINT_EVERY_MS = 1000;

/** Everything an epoch starts from: with it, a resumed training is the unbroken one. */
interface State {
  epoch: number;
  /** Value and the optimiser's memory of each parameter, in order; then the step count. */
  tensors: Float32Array[];
  /** Running mean of the parameters over epochs: steadier than the last step's, it is what is judged and kept. */
  average: Float32Array[];
  best: { readonly epoch: number; readonly loss: number; readonly parameters: Float32Array[] } | null;
  sinceBest: number;
}

/** Trains a dense network on ONNX Runtime, an epoch a call; early stopping, checkpoints and their resumption. */
export class NetworkTraining {
  readonly #options: NetworkTrainingOptions;
  readonly #context: FitContext;
  readonly #names: readonly string[];
  readonly #dims: readonly number[][];
  readonly #epochOptions: EpochOptions;
  /** Names of a parameter's value and memory, parameter by parameter. */
  readonly #state: readonly string[][];

  constructor(options: NetworkTrainingOptions, context: FitContext) {
    this.#options = options;
    this.#context = context;
    this.#names = parameterNames(options.shape);
    this.#dims = parameterDims(options.shape);
    const { task, shape, optimiser, momentum, batchRows, weightDecay } = options;
    this.#epochOptions = {
      task,
      shape,
      batchRows,
      weightDecay,
      optimiser: optimiserOf(optimiser),
      optimiserParams: { momentum },
    };
    this.#state = stateNames(this.#epochOptions);
  }

  /**
   * The averaged parameters with the lowest validation loss, or the last ones without validation rows; the epoch they are
   * of, rows seen, and why it ended. Throws DIVERGED when the loss is no number before anything worth keeping was found.
   */
  async run(train: DenseRows, validation: DenseRows) {
    const { shape, epochs } = this.#options;
    const batchRows = Math.min(this.#options.batchRows, train.rows);
    const options = { executionProviders: ['cpu'], logSeverityLevel: 3 as const };
    // A step of this size is quicker on one thread than shared by several.
    const session = await InferenceSession.create(epochModel({ ...this.#epochOptions, batchRows }), {
      ...options,
      intraOpNumThreads: 1,
    });
    const scorer = await InferenceSession.create(forwardModel(shape), {
      ...options,
      intraOpNumThreads: this.#context.threads,
    });
    const state = await this.#start();
    const startEpoch = state.epoch;
    const began = performance.now();
    let saved = began;
    let stoppedBecause = this.#reasonToStop(state, startEpoch, 0);
    try {
      while (stoppedBecause === null) {
        const trainLoss = await this.#epoch(session, state, train, batchRows);
        const loss = validation.rows > 0 ? await this.#validationLoss(scorer, state, validation) : trainLoss;
        if (!Number.isFinite(trainLoss) || !Number.isFinite(loss)) {
          stoppedBecause = this.#diverged(state);
          break;
        }
        if (validation.rows === 0 || !state.best || loss < state.best.loss) {
          state.best = { epoch: state.epoch, loss, parameters: state.average.map((values) => values.slice()) };
          state.sinceBest = 0;
        } else state.sinceBest += 1;
        const now = performance.now();
        this.#context.measure(state.epoch, { trainLoss, ...(validation.rows > 0 ? { validationLoss: loss } : {}) });
        this.#context.progress(state.epoch, epochs, ((state.epoch - startEpoch) * train.rows) / ((now - began) / 1000));
        if (now - saved > CHECKPOINT_EVERY_MS) {
          await this.#checkpoint(state);
          saved = performance.now();
        }
        // Messages leave and cancels arrive only when the event loop turns.
        await new Promise((done) => setImmediate(done));
        this.#context.signal.throwIfAborted();
        stoppedBecause = this.#reasonToStop(state, startEpoch, now - began);
      }
    } finally {
      await session.release();
      await scorer.release();
    }
    await this.#checkpoint(state);
    const epoch = state.best?.epoch ?? state.epoch;
    return {
      parameters: state.best?.parameters ?? state.average,
      epoch,
      rowsSeen: (state.epoch - startEpoch) * train.rows,
      stoppedBecause: `${stoppedBecause}, epoch ${epoch} kept`,
    };
  }

  #reasonToStop(state: State, startEpoch: number, spentMs: number): string | null {
    const { epochs, patience } = this.#options;
    if (state.epoch >= epochs) return `${epochs} epochs`;
    if (state.sinceBest >= patience) return `no better for ${patience} epochs`;
    if (state.epoch === startEpoch) return null;
    if (this.#context.shouldStop()) return 'stopped by hand';
    return spentMs > this.#context.budgetMs ? 'budget used up' : null;
  }

  #diverged(state: State): string {
    if (state.best) return `diverged in epoch ${state.epoch}, the best before is kept`;
    throw new AppError('DIVERGED', {
      message: `The network diverged in epoch ${state.epoch}: its loss is no number.`,
      remedy: 'Lower the learning rate.',
      kept: 'No model was made.',
    });
  }

  #rate(epoch: number): number {
    const { schedule, epochs, learningRate } = this.#options;
    return scheduleOf(schedule, epochs, learningRate)(epoch, learningRate);
  }

  get #outputs(): number {
    return this.#options.shape.sizes.at(-1) ?? 1;
  }

  get #checkpointPath(): string {
    return join(this.#context.folder, 'checkpoint.bin');
  }

  /** From the checkpoint where one is left, else from scratch. */
  async #start(): Promise<State> {
    if (existsSync(this.#checkpointPath)) {
      const state = deserialize(await readFile(this.#checkpointPath)) as State;
      this.#context.log(`resumed after epoch ${state.epoch}`);
      return state;
    }
    const start = initialParameters(this.#options.shape, seededRandom(this.#context.seed));
    const tensors = start.flatMap((values, index) =>
      (this.#state[index] ?? []).map((_, kind) => (kind === 0 ? values : new Float32Array(values.length))),
    );
    return {
      epoch: 0,
      tensors: [...tensors, new Float32Array(1)],
      average: start.map((values) => values.slice()),
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
      lr: new Tensor('float32', Float32Array.of(this.#rate(state.epoch)), []),
      t: new Tensor('float32', state.tensors.at(-1) ?? new Float32Array(1), []),
    };
    const keys = this.#state.flatMap((kinds, index) => kinds.map((key) => ({ key, dims: this.#dims[index] ?? [] })));
    for (const [index, { key, dims }] of keys.entries())
      feeds[key] = new Tensor('float32', state.tensors[index] ?? new Float32Array(), dims);
    const answer = await session.run(feeds);
    state.tensors = [...keys.map(({ key }) => key), 't'].map((key) => answer[`out_${key}`]?.data as Float32Array);
    state.epoch += 1;
    const fresh = Math.max((AVERAGE_DECAY + 1) / (AVERAGE_DECAY + state.epoch), LEAST_SHARE);
    for (const [index, average] of state.average.entries()) {
      const values = state.tensors[index * (this.#state[0]?.length ?? 1)];
      if (values) for (let i = 0; i < average.length; i++) average[i] = mixed(average[i] ?? 0, values[i] ?? 0, fresh);
    }
    const losses = answer['losses']?.data as Float32Array;
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  }

  /** Mean weighted loss of the averaged parameters on rows that were not learnt from. */
  async #validationLoss(session: InferenceSession, state: State, rows: DenseRows): Promise<number> {
    const width = this.#options.shape.sizes[0] ?? 0;
    const scores = new Float32Array(rows.rows * this.#outputs);
    const matrix = rows.X.data as Float32Array;
    const parameters = Object.fromEntries(
      state.average.map((values, index) => [
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
      scores.set(Object.values(answer)[0]?.data as Float32Array, from * this.#outputs);
    }
    return meanLoss(
      this.#options.task,
      scores,
      rows.targets,
      Float64Array.from(rows.S.data as Float32Array),
      this.#outputs,
    );
  }
}

const mixed = (old: number, fresh: number, share: number): number => old + share * (fresh - old);

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
