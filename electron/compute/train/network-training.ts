import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Provider } from '../../../shared/contract/providers.ts';
import { countText } from '../../../shared/count-text.ts';
import { AppError } from '../../../shared/errors.ts';
import { namedMemoryError } from '../../../shared/memory-need.ts';
import { joinFloats } from '../frame/join-floats.ts';
import { providerLabel } from '../onnx/providers.ts';
import { openTensorFlowEngine } from '../tfjs/tensorflow-step-engine.ts';
import { type EpochOptions, stateNames } from './epoch-graph.ts';
import type { FitContext } from './estimator.ts';
import type { Loss, LossParams } from './losses/loss.ts';
import { meanLoss } from './mean-loss.ts';
import { openOnnxEngine, quickestProvider } from './onnx-step-engine.ts';
import type { OptimiserParams } from './optimisers/optimiser.ts';
import { optimiserOf } from './optimisers/optimisers.ts';
import { afterMetric, type PlateauState } from './optimisers/schedules.ts';
import { trainingSchedule } from './optimisers/training-schedules.ts';
import type { RowDraws } from './row-draws.ts';
import { shuffledRows } from './row-order.ts';
import { seededRandom } from './seeded-random.ts';
import type { EngineJob, StepEngine, TrainingRows } from './step-engine.ts';
import { partParameters, sizeOf, type TrainedGraph } from './trained-graph.ts';

/** Libraries that a training can run on. `tensorflow`: TensorFlow.js on its native part where that is set up, else on WebAssembly. */
export const TRAINING_ENGINES = ['onnx', 'tensorflow'] as const;
export type TrainingEngine = (typeof TRAINING_ENGINES)[number];

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
  /** What is drawn anew for every row in each epoch. */
  readonly draws?: RowDraws | null;
  /** Threads that share one step; 1 unless told: a step of a small network is quicker so. */
  readonly stepThreads?: number;
  /** The library that takes the steps; ONNX Runtime unless told. */
  readonly engine?: TrainingEngine;
  /** How ONNX Runtime is opened on a provider, where not as usual. */
  readonly open?: OpenEngine;
}

/** The parameters kept, one array each, and how it went. */
export interface NetworkTrained {
  readonly parameters: readonly Float32Array[];
  /** Mean loss of the kept parameters on validation rows, or on training rows without any. */
  readonly loss: number;
  readonly epoch: number;
  readonly rowsSeen: number;
  readonly stoppedBecause: string;
  readonly provider: Provider;
  /** What took the last step, for people. */
  readonly engine: string;
}

/** What is drawn a row and the order of rows come from seeds this far apart. */
const DRAWN_APART = 0x5eed;
/** An epoch's share in the running mean: 5 / (4 + epoch), so that the first steps are soon forgotten ... */
const AVERAGE_DECAY = 4;
/** ... but no less than this: it looks back about five epochs. */
const LEAST_SHARE = 0.2;
/** A best epoch so many times as bad as no step at all has learnt nothing: a loss of 1 is that of answers at their mean. */
const DIVERGED_TIMES = 10;
const CHECKPOINT_EVERY_MS = 1000;
/** A call of ONNX Runtime blocks: an epoch that takes longer is parted into calls, so that a cancel is heard. */
const CALL_MS = 1000;
const FIRST_CALL_STEPS = 64;
/** Opens what takes the steps on a provider. */
export type OpenEngine = (provider: Provider, job: EngineJob) => Promise<StepEngine>;

/** Whether that ending says that the loss was no number at some time: the same again would come to another end. */
export const hasDiverged = (stoppedBecause: string): boolean => /\bdiverged in epoch\b/.test(stoppedBecause);

/** Everything an epoch starts from: with it, a resumed training is the unbroken one. */
interface State {
  epoch: number;
  /** Mean loss before the first step: on validation rows, or without any on the first batch; null until it is known. */
  startLoss: number | null;
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
  #held: Provider | null = null;

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
    const job: EngineJob = {
      options: epochOptions,
      train,
      validation,
      threads: this.#context.threads,
      stepThreads: this.#options.stepThreads ?? 1,
    };
    const state = await this.#start(job);
    let engine = await this.#openFor(state, job);
    const startEpoch = state.epoch;
    const began = performance.now();
    let [saved, rowsSeen] = [began, 0];
    let stoppedBecause = this.#reasonToStop(state, startEpoch, 0);
    let isNumberless = false;
    try {
      while (stoppedBecause === null) {
        let trainLoss: number;
        let loss: number;
        try {
          const judged = async (): Promise<number> =>
            meanLoss(engine, state.average, { rows: validation, turn: () => this.#turn() });
          if (validation.rows > 0) state.startLoss ??= await judged();
          const epoch = await this.#epoch(engine, state, { train, batchRows, began });
          trainLoss = epoch.loss;
          rowsSeen += epoch.rows;
          loss = validation.rows > 0 ? await judged() : trainLoss;
        } catch (error) {
          if (state.provider === 'cpu' || this.#context.signal.aborted) throw this.#named(error, batchRows);
          // A graphics card can be lost or too small; what the epoch started from is still here.
          await this.#release(engine, state.provider);
          this.#goToCpu(state, error);
          engine = await this.#openFor(state, job);
          continue;
        }
        if (!Number.isFinite(trainLoss) || !Number.isFinite(loss)) {
          stoppedBecause = this.#diverged(state);
          isNumberless = true;
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
      await this.#release(engine, state.provider);
    }
    this.#requireLearnt(state);
    // From what has diverged nothing can go on: the checkpoint before it diverges again, in the same epoch.
    if (!isNumberless) await this.#checkpoint(state);
    const epoch = state.best?.epoch ?? state.epoch;
    return {
      parameters: partParameters(this.#options.network, state.best?.parameters ?? state.average),
      loss: state.best?.loss ?? Number.POSITIVE_INFINITY,
      epoch,
      rowsSeen,
      stoppedBecause: `${stoppedBecause}, epoch ${countText(epoch)} kept`,
      provider: state.provider,
      engine: engine.label,
    };
  }

  #epochOptions(train: TrainingRows, batchRows: number): EpochOptions {
    const { network, loss, lossParams, learningRate, epochs, weightDecay, opset, draws } = this.#options;
    return {
      network,
      loss,
      ...(lossParams === undefined ? {} : { lossParams }),
      ...(opset === undefined ? {} : { opset }),
      draws: draws ?? null,
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

  /** On the provider of the state, or on the CPU, of which the state is then, where that cannot be opened. */
  async #openFor(state: State, job: EngineJob): Promise<StepEngine> {
    const { engine: library, open = openOnnxEngine } = this.#options;
    for (;;) {
      try {
        await this.#hold(state.provider);
        const engine = await (library === 'tensorflow' ? openTensorFlowEngine(job) : open(state.provider, job));
        if (state.provider !== 'cpu') this.#stepsACall = 1;
        this.#context.runsOn?.(engine.label);
        return engine;
      } catch (error) {
        if (state.provider === 'cpu') throw this.#named(error, job.options.batchRows);
        this.#goToCpu(state, error);
      }
    }
  }

  /** Of all providers but the CPU is told that they are held: the process can fall with them. */
  async #hold(provider: Provider): Promise<void> {
    const held = provider === 'cpu' ? null : provider;
    if (held === this.#held) return;
    this.#held = held;
    await this.#context.holds?.(held);
  }

  #goToCpu(state: State, error: unknown): void {
    this.#context.log(`${providerLabel(state.provider)} failed, the CPU goes on: ${firstLine(error)}`);
    state.provider = 'cpu';
  }

  /** What was learnt is not lost with a card that cannot even be let go. */
  async #release(engine: StepEngine, provider: Provider): Promise<void> {
    try {
      await engine.release();
    } catch (error) {
      if (provider === 'cpu') throw error;
      this.#context.log(`${providerLabel(provider)} was not let go: ${firstLine(error)}`);
    }
    await this.#hold('cpu');
  }

  #named(error: unknown, rows: number): unknown {
    const { network } = this.#options;
    const columns = network.inputs.reduce((sum, { dims }) => sum + sizeOf(dims), 0);
    return namedMemoryError(
      error,
      { rows, columns, bytesEach: 4, lower: 'batchRows or the units of hidden layers' },
      'a batch and the network',
    );
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
    if (state.epoch >= epochs) return `${countText(epochs)} epochs`;
    if (state.sinceBest >= patience) return `no better for ${patience} epochs`;
    if (state.epoch === startEpoch) return null;
    if (this.#context.shouldStop()) return 'stopped by hand';
    return spentMs > this.#context.budgetMs ? 'budget used up' : null;
  }

  #diverged(state: State): string {
    if (state.best) return `diverged in epoch ${countText(state.epoch)}, the best before is kept`;
    throw diverged(`The network diverged in epoch ${countText(state.epoch)}: its loss is no number.`);
  }

  /** A loss can grow without an end in sight and still be a number. */
  #requireLearnt({ best, startLoss }: State): void {
    if (best === null || startLoss === null || best.loss <= DIVERGED_TIMES * Math.max(1, startLoss)) return;
    const [before, after] = [startLoss, best.loss].map((loss) => loss.toPrecision(3));
    throw diverged(
      `The network diverged: its mean loss is ${after} after the best epoch, ${countText(best.epoch)}, and was ${before} before the first step.`,
    );
  }

  get #checkpointPath(): string {
    return join(this.#context.folder, 'checkpoint.bin');
  }

  /** From the checkpoint where one is left, else from scratch, on the provider that is quickest. */
  async #start(job: EngineJob): Promise<State> {
    const { learningRate, start } = this.#options;
    const { providers = ['cpu'], log } = this.#context;
    const parameters = joinFloats(start);
    if (existsSync(this.#checkpointPath)) {
      const state = deserialize(await readFile(this.#checkpointPath)) as State;
      if (state.tensors?.['parameters']?.length === parameters.length) {
        this.#context.log(`resumed after epoch ${countText(state.epoch)}`);
        if (!providers.includes(state.provider)) state.provider = 'cpu';
        return state;
      }
      this.#context.log('the checkpoint left here is of another network: started anew');
    }
    const tensors = Object.fromEntries(
      stateNames(job.options).map((name) => [name, new Float32Array(name === 'steps' ? 1 : parameters.length)]),
    );
    const state: State = {
      epoch: 0,
      startLoss: null,
      tensors: { ...tensors, parameters },
      average: parameters.slice(),
      best: null,
      sinceBest: 0,
      plateau: { learningRate, best: Number.POSITIVE_INFINITY, stale: 0 },
      provider: 'cpu',
    };
    if (this.#options.engine !== 'tensorflow')
      state.provider = await quickestProvider(providers, job, {
        state: state.tensors,
        log,
        holds: (provider) => this.#hold(provider),
      });
    return state;
  }

  /** Written beside and renamed, so that a kill leaves the old or the new one. */
  async #checkpoint(state: State): Promise<void> {
    await writeFile(`${this.#checkpointPath}.new`, serialize(state));
    await rename(`${this.#checkpointPath}.new`, this.#checkpointPath);
  }

  /** One pass over the rows in a new order, in one call or a few; the mean of the steps' losses and the rows they took. */
  async #epoch(
    engine: StepEngine,
    state: State,
    { train, batchRows, began }: { readonly train: TrainingRows; readonly batchRows: number; readonly began: number },
  ): Promise<{ readonly loss: number; readonly rows: number }> {
    if (this.#order.length !== train.rows) this.#order = new Int32Array(train.rows);
    const seed = this.#context.seed * 1_000_003 + state.epoch + 1;
    shuffledRows(this.#order, seededRandom(seed));
    const drawn = this.#options.draws?.draw(train.rows, seed + DRAWN_APART) ?? [];
    const steps = Math.floor(train.rows / batchRows);
    // Nothing of the state is changed before the epoch is through: one that fails can be run again.
    let tensors = state.tensors;
    let [sum, done] = [0, 0];
    while (done < steps) {
      const taken = Math.min(this.#stepsACall, steps - done);
      const order = this.#order.subarray(done * batchRows, (done + taken) * batchRows);
      const called = performance.now();
      const after = await engine.run({ state: tensors, order, learningRate: state.plateau.learningRate, drawn });
      const stepMs = (performance.now() - called) / taken;
      this.#stepsACall = Math.max(1, Math.min(Math.floor(CALL_MS / stepMs), 2 * this.#stepsACall + taken));
      tensors = after.state;
      state.startLoss ??= after.losses[0] ?? null;
      for (const loss of after.losses) sum += loss;
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
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

const diverged = (message: string): AppError =>
  new AppError('DIVERGED', {
    message,
    remedy: 'Lower the learning rate, or set clipNorm to 1.',
    kept: 'No model was made.',
  });
