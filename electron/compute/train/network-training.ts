import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Provider } from '../../../shared/contract/providers.ts';
import { AppError } from '../../../shared/errors.ts';
import { providerLabel } from '../onnx/providers.ts';
import { type EpochOptions, epochModel, judgeModel, stateNames } from './epoch-graph.ts';
import type { FitContext } from './estimator.ts';
import type { Loss, LossParams } from './losses/loss.ts';
import { namedMemoryError } from './memory-need.ts';
import type { OptimiserParams } from './optimisers/optimiser.ts';
import { optimiserOf } from './optimisers/optimisers.ts';
import { afterMetric, type PlateauState } from './optimisers/schedules.ts';
import { trainingSchedule } from './optimisers/training-schedules.ts';
import { shuffledRows } from './row-order.ts';
import { seededRandom } from './seeded-random.ts';
import { inputName, joinParameters, partParameters, sizeOf, type TrainedGraph } from './trained-graph.ts';
import { openOn, quickestProvider } from './training-session.ts';

export interface NetworkTrainingOptions {
  readonly network: TrainedGraph;
  readonly loss: Loss;
  readonly lossParams?: LossParams;
  /** Where training starts: one array a parameter. */
  readonly start: readonly Float32Array[];
  readonly optimiser: string;
  readonly optimiserParams?: OptimiserParams;
  readonly learningRate: number;
  readonly schedule: string;
  readonly batchRows: number;
  readonly epochs: number;
  readonly patience: number;
  readonly weightDecay: number;
  readonly clipNorm?: number | null;
  readonly clipValue?: number | null;
  readonly opset?: number;
}

/** Rows to learn from or to be judged by: inputs [N, ...] in the network's order, answers [N, outputs], weights [N, 1]. */
export interface TrainingRows {
  readonly rows: number;
  readonly inputs: readonly Tensor[];
  readonly answers: Tensor;
  /** Null: all weigh the same. */
  readonly weights: Tensor | null;
}

/** The parameters kept, one array each, and how it went. */
export interface NetworkTrained {
  readonly parameters: readonly Float32Array[];
  readonly epoch: number;
  readonly rowsSeen: number;
  readonly stoppedBecause: string;
  readonly provider: Provider;
}

const JUDGED_AT_ONCE = 16_384;
/** An epoch's share in the running mean: 5 / (4 + epoch), so that the first steps are soon forgotten ... */
const AVERAGE_DECAY = 4;
/** ... but no less than this: it looks back about five epochs. */
const LEAST_SHARE = 0.2;
const CHECKPOINT_EVERY_MS = 1000;
/** A call of ONNX Runtime blocks: an epoch that takes longer is parted into calls, so that a cancel is heard. */
const CALL_MS = 1000;
const FIRST_CALL_STEPS = 64;

/** Everything an epoch starts from: with it, a resumed training is the unbroken one. */
interface State {
  epoch: number;
  /** By the names of `stateNames`: all parameters in one tensor, the optimiser's memory of them, the steps so far. */
  tensors: Record<string, Float32Array>;
  /** Running mean of the parameters over epochs: steadier than the last step's, it is what is judged and kept. */
  average: Float32Array;
  best: { readonly epoch: number; readonly loss: number; readonly parameters: Float32Array } | null;
  sinceBest: number;
  plateau: PlateauState;
  provider: Provider;
}

/** Trains a network of any form on ONNX Runtime, an epoch a Loop; early stopping, checkpoints and their resumption. */
export class NetworkTraining {
  readonly #options: NetworkTrainingOptions;
  readonly #context: FitContext;
  #stepsACall = FIRST_CALL_STEPS;
  #order = new Int32Array();

  constructor(options: NetworkTrainingOptions, context: FitContext) {
    this.#options = options;
    this.#context = context;
  }

  /**
   * The averaged parameters with the lowest validation loss, or the last ones without validation rows; the epoch they are
   * of, rows seen, the provider, and why it ended. Throws DIVERGED when the loss is no number before anything worth keeping
   * was found, OUT_OF_MEMORY with rows and columns when a batch does not fit.
   */
  async run(train: TrainingRows, validation: TrainingRows): Promise<NetworkTrained> {
    const { epochs } = this.#options;
    const batchRows = Math.min(this.#options.batchRows, train.rows);
    const epochOptions = this.#epochOptions(train, batchRows);
    const state = await this.#start(epochOptions, train, batchRows);
    let sessions = await this.#open(epochOptions, validation, state.provider);
    this.#context.runsOn?.(providerLabel(state.provider));
    const startEpoch = state.epoch;
    const began = performance.now();
    let [saved, rowsSeen] = [began, 0];
    let stoppedBecause = this.#reasonToStop(state, startEpoch, 0);
    try {
      while (stoppedBecause === null) {
        let trainLoss: number;
        let loss: number;
        try {
          const epoch = await this.#epoch(sessions.trainer, state, { train, batchRows, began });
          trainLoss = epoch.loss;
          rowsSeen += epoch.rows;
          loss = validation.rows > 0 ? await this.#judge(sessions.judge, state, validation) : trainLoss;
        } catch (error) {
          if (state.provider === 'cpu' || this.#context.signal.aborted) throw this.#named(error, batchRows);
          // A graphics card can be lost or too small; what the epoch started from is still here.
          this.#context.log(`${providerLabel(state.provider)} failed, the CPU goes on: ${firstLine(error)}`);
          state.provider = 'cpu';
          this.#context.runsOn?.(providerLabel('cpu'));
          await sessions.release();
          sessions = await this.#open(epochOptions, validation, 'cpu');
          continue;
        }
        if (!Number.isFinite(trainLoss) || !Number.isFinite(loss)) {
          stoppedBecause = this.#diverged(state);
          break;
        }
        this.#keepBest(state, loss, validation.rows > 0);
        const now = performance.now();
        this.#context.measure(state.epoch, { trainLoss, ...(validation.rows > 0 ? { validationLoss: loss } : {}) });
        this.#context.progress(state.epoch, epochs, rowsSeen / ((now - began) / 1000));
        if (now - saved > CHECKPOINT_EVERY_MS) {
          await this.#checkpoint(state);
          saved = performance.now();
        }
        await this.#turn();
        stoppedBecause = this.#reasonToStop(state, startEpoch, now - began);
      }
    } finally {
      await sessions.release();
    }
    await this.#checkpoint(state);
    const epoch = state.best?.epoch ?? state.epoch;
    return {
      parameters: partParameters(this.#options.network, state.best?.parameters ?? state.average),
      epoch,
      rowsSeen,
      stoppedBecause: `${stoppedBecause}, epoch ${epoch} kept`,
      provider: state.provider,
    };
  }

  #epochOptions(train: TrainingRows, batchRows: number): EpochOptions {
    const { network, loss, lossParams, learningRate, epochs, weightDecay, opset } = this.#options;
    return {
      network,
      loss,
      ...(lossParams === undefined ? {} : { lossParams }),
      ...(opset === undefined ? {} : { opset }),
      batchRows,
      isWeighted: train.weights !== null,
      optimiser: optimiserOf(this.#options.optimiser),
      optimiserParams: this.#options.optimiserParams ?? {},
      weightDecay,
      schedule: trainingSchedule(this.#options.schedule),
      plan: { steps: epochs * Math.floor(train.rows / batchRows), base: learningRate },
      clipNorm: this.#options.clipNorm ?? null,
      clipValue: this.#options.clipValue ?? null,
    };
  }

  async #open(options: EpochOptions, validation: TrainingRows, provider: Provider) {
    const { threads } = this.#context;
    try {
      // A step of this size is quicker on one thread than shared by several.
      const trainer = await openOn(provider, epochModel(options), 1);
      const judged = judgeModel({ ...options, isWeighted: validation.weights !== null });
      const judge = await openOn(provider, judged, threads);
      const release = async (): Promise<void> => {
        await trainer.release();
        await judge.release();
      };
      return { trainer, judge, release };
    } catch (error) {
      throw this.#named(error, options.batchRows);
    }
  }

  #named(error: unknown, rows: number): unknown {
    const { network } = this.#options;
    const columns = network.inputs.reduce((sum, { dims }) => sum + sizeOf(dims), 0);
    return namedMemoryError(error, { rows, columns, bytesEach: 4 }, 'a batch and the network');
  }

  #keepBest(state: State, loss: number, isValidated: boolean): void {
    const { plateau } = trainingSchedule(this.#options.schedule);
    if (plateau) state.plateau = afterMetric(state.plateau, loss, plateau);
    if (!isValidated || !state.best || loss < state.best.loss) {
      state.best = { epoch: state.epoch, loss, parameters: state.average.slice() };
      state.sinceBest = 0;
    } else state.sinceBest += 1;
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
      remedy: 'Lower the learning rate, or set clipNorm to 1.',
      kept: 'No model was made.',
    });
  }

  get #checkpointPath(): string {
    return join(this.#context.folder, 'checkpoint.bin');
  }

  /** From the checkpoint where one is left, else from scratch, on the provider that is quickest. */
  async #start(options: EpochOptions, train: TrainingRows, batchRows: number): Promise<State> {
    const { learningRate, start } = this.#options;
    const parameters = joinParameters(start);
    if (existsSync(this.#checkpointPath)) {
      const state = deserialize(await readFile(this.#checkpointPath)) as State;
      if (state.tensors?.['parameters']?.length === parameters.length) {
        this.#context.log(`resumed after epoch ${state.epoch}`);
        return state;
      }
      this.#context.log('the checkpoint left here is of another network: started anew');
    }
    const tensors = Object.fromEntries(
      stateNames(options).map((name) => [name, new Float32Array(name === 'steps' ? 1 : parameters.length)]),
    );
    const state: State = {
      epoch: 0,
      tensors: { ...tensors, parameters },
      average: parameters.slice(),
      best: null,
      sinceBest: 0,
      plateau: { learningRate, best: Number.POSITIVE_INFINITY, stale: 0 },
      provider: 'cpu',
    };
    const order = Int32Array.from({ length: train.rows }, (_, row) => row);
    const feeds = (steps: number) => {
      const possible = Math.min(steps, Math.floor(train.rows / batchRows));
      return this.#feeds(state, train, order.subarray(0, possible * batchRows), possible);
    };
    const { providers = ['cpu'], log } = this.#context;
    const trial = { model: epochModel(options), feeds, steps: options.plan.steps, log };
    state.provider = await quickestProvider(providers, trial);
    return state;
  }

  /** Written beside and renamed, so that a kill leaves the old or the new one. */
  async #checkpoint(state: State): Promise<void> {
    await writeFile(`${this.#checkpointPath}.new`, serialize(state));
    await rename(`${this.#checkpointPath}.new`, this.#checkpointPath);
  }

  #feeds(state: State, train: TrainingRows, order: Int32Array, steps: number): Record<string, Tensor> {
    const tensors = Object.entries(state.tensors).map(
      ([name, values]) => [name, new Tensor('float32', values, name === 'steps' ? [] : [values.length])] as const,
    );
    return {
      ...rowFeeds(train),
      ...Object.fromEntries(tensors),
      order: new Tensor('int32', order, [order.length]),
      trip: new Tensor('int64', BigInt64Array.of(BigInt(steps)), []),
      go: new Tensor('bool', Uint8Array.of(1), []),
      lr: new Tensor('float32', Float32Array.of(state.plateau.learningRate), []),
    };
  }

  /** One pass over the rows in a new order, in one call or a few; the mean of the steps' losses and the rows they took. */
  async #epoch(
    session: InferenceSession,
    state: State,
    { train, batchRows, began }: { readonly train: TrainingRows; readonly batchRows: number; readonly began: number },
  ): Promise<{ readonly loss: number; readonly rows: number }> {
    if (this.#order.length !== train.rows) this.#order = new Int32Array(train.rows);
    shuffledRows(this.#order, seededRandom(this.#context.seed * 1_000_003 + state.epoch + 1));
    const steps = Math.floor(train.rows / batchRows);
    // Nothing of the state is changed before the epoch is through: one that fails can be run again.
    let tensors = state.tensors;
    let [sum, done] = [0, 0];
    while (done < steps) {
      const taken = Math.min(this.#stepsACall, steps - done);
      const order = this.#order.subarray(done * batchRows, (done + taken) * batchRows);
      const called = performance.now();
      const answer = await session.run(this.#feeds({ ...state, tensors }, train, order, taken));
      const stepMs = (performance.now() - called) / taken;
      this.#stepsACall = Math.max(1, Math.min(Math.floor(CALL_MS / stepMs), 2 * this.#stepsACall + taken));
      tensors = Object.fromEntries(Object.keys(tensors).map((name) => [name, floatsOf(answer[`out_${name}`])]));
      for (const loss of floatsOf(answer['losses'])) sum += loss;
      done += taken;
      if (done === steps) break;
      await this.#turn();
      if (this.#context.shouldStop() || performance.now() - began > this.#context.budgetMs) break;
    }
    state.tensors = tensors;
    state.epoch += 1;
    const fresh = Math.max((AVERAGE_DECAY + 1) / (AVERAGE_DECAY + state.epoch), LEAST_SHARE);
    const { average } = state;
    const values = tensors['parameters'] ?? average;
    for (let i = 0; i < average.length; i++)
      average[i] = (average[i] ?? 0) + fresh * ((values[i] ?? 0) - (average[i] ?? 0));
    return { loss: sum / done, rows: done * batchRows };
  }

  /** Messages leave and cancels arrive only when the event loop turns. */
  async #turn(): Promise<void> {
    await new Promise((done) => setImmediate(done));
    this.#context.signal.throwIfAborted();
  }

  /** Mean weighted loss of the averaged parameters on rows that were not learnt from. */
  async #judge(session: InferenceSession, state: State, all: TrainingRows): Promise<number> {
    const parameters = new Tensor('float32', state.average, [state.average.length]);
    let [sum, weight] = [0, 0];
    for (let from = 0; from < all.rows; from += JUDGED_AT_ONCE) {
      const some = rowsBetween(all, from, Math.min(all.rows, from + JUDGED_AT_ONCE));
      const answer = await session.run({ ...rowFeeds(some), parameters });
      for (const loss of floatsOf(Object.values(answer)[0])) sum += loss;
      weight += some.rows;
      if (!some.weights) continue;
      weight -= some.rows;
      for (const one of floatsOf(some.weights)) weight += one;
    }
    return sum / weight;
  }
}

const rowFeeds = ({ inputs, answers, weights }: TrainingRows): Record<string, Tensor> => ({
  ...Object.fromEntries(inputs.map((tensor, index) => [inputName(index), tensor])),
  Y: answers,
  ...(weights === null ? {} : { S: weights }),
});

function rowsBetween({ rows, inputs, answers, weights }: TrainingRows, from: number, to: number): TrainingRows {
  const cut = (tensor: Tensor): Tensor => {
    const each = tensor.size / rows;
    const data = tensor.data as Float32Array | Int32Array | BigInt64Array;
    return new Tensor(tensor.type, data.subarray(from * each, to * each), [to - from, ...tensor.dims.slice(1)]);
  };
  return { rows: to - from, inputs: inputs.map(cut), answers: cut(answers), weights: weights && cut(weights) };
}

/** A float tensor's numbers; none for a result that is not there. */
const floatsOf = (tensor: Tensor | undefined): Float32Array =>
  tensor?.data instanceof Float32Array ? tensor.data : new Float32Array();

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
