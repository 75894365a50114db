import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Task } from '../../../../shared/contract/models.ts';
import { AppError } from '../../../../shared/errors.ts';
import { meanLoss } from '../dense-network.ts';
import type { FitContext } from '../estimator.ts';
import { optimiserOf } from '../optimisers/optimisers.ts';
import { type SCHEDULE_NAMES, scheduleOf } from '../optimisers/schedules.ts';
import { seededRandom } from '../seeded-random.ts';
import { type Augmentation, drawChanges } from './augmentation.ts';
import { type GraphEpochOptions, graphEpochModel, graphForwardModel, graphStateNames } from './graph-epoch.ts';
import type { GraphRows, TrainableGraph } from './trainable-graph.ts';

export interface GraphTrainingOptions {
  readonly task: Task;
  readonly network: TrainableGraph;
  readonly optimiser: string;
  readonly learningRate: number;
  readonly schedule: (typeof SCHEDULE_NAMES)[number];
  readonly batchRows: number;
  readonly epochs: number;
  readonly patience: number;
  readonly weightDecay: number;
  readonly augmentation: Augmentation | null;
}

const SCORED_AT_ONCE = 256;
const CHECKPOINT_EVERY_MS = 2000;
/** Share of an epoch's parameters in their running mean; the first epochs are soon forgotten. */
const LEAST_SHARE = 0.25;
/** One call trains about this long at most, so that a cancel is heard. */
const CALL_MS = 1500;

/** Everything an epoch starts from: with it, a resumed training is the unbroken one. */
interface State {
  epoch: number;
  tensors: Float32Array[];
  average: Float32Array[];
  best: { readonly epoch: number; readonly loss: number; readonly parameters: Float32Array[] } | null;
  sinceBest: number;
}

/** What a training answers: the parameters kept, in order, and how it went. */
export interface GraphTrained {
  readonly parameters: readonly Float32Array[];
  /** Mean loss of the kept parameters on validation rows, or on training rows without any. */
  readonly loss: number;
  readonly epoch: number;
  readonly rowsSeen: number;
  readonly stoppedBecause: string;
}

/** Trains a network of any form on ONNX Runtime: many steps a call, early stopping, checkpoints and their resumption. */
export class GraphTraining {
  readonly #options: GraphTrainingOptions;
  readonly #context: FitContext;
  readonly #epochOptions: GraphEpochOptions;
  readonly #state: readonly string[][];

  constructor(options: GraphTrainingOptions, context: FitContext) {
    this.#options = options;
    this.#context = context;
    this.#epochOptions = { ...options, optimiser: optimiserOf(options.optimiser), optimiserParams: {} };
    this.#state = graphStateNames(this.#epochOptions);
  }

  /**
   * The averaged parameters with the lowest validation loss, or the last ones without validation rows. Throws DIVERGED when
   * the loss is no number before anything worth keeping was found.
   */
  async run(train: GraphRows, validation: GraphRows): Promise<GraphTrained> {
    const { epochs, network } = this.#options;
    const batchRows = Math.min(this.#options.batchRows, train.rows);
    const options = {
      executionProviders: ['cpu'],
      logSeverityLevel: 3 as const,
      intraOpNumThreads: this.#context.threads,
    };
    const session = await InferenceSession.create(graphEpochModel({ ...this.#epochOptions, batchRows }), options);
    const scorer = await InferenceSession.create(graphForwardModel(network), options);
    const state = await this.#start();
    const startEpoch = state.epoch;
    const began = performance.now();
    let saved = began;
    let stoppedBecause = this.#reasonToStop(state, startEpoch, 0);
    try {
      while (stoppedBecause === null) {
        const trainLoss = await this.#epoch(session, state, train, batchRows);
        const judged = validation.rows > 0 ? await this.#judge(scorer, state, validation) : null;
        const loss = judged?.loss ?? trainLoss;
        if (!Number.isFinite(trainLoss) || !Number.isFinite(loss)) {
          stoppedBecause = this.#diverged(state);
          break;
        }
        if (validation.rows === 0 || !state.best || loss < state.best.loss) {
          state.best = { epoch: state.epoch, loss, parameters: state.average.map((values) => values.slice()) };
          state.sinceBest = 0;
        } else state.sinceBest += 1;
        const now = performance.now();
        this.#context.measure(state.epoch, {
          trainLoss,
          ...(judged ? { validationLoss: judged.loss, validationAccuracy: judged.accuracy } : {}),
        });
        this.#context.progress(state.epoch, epochs, ((state.epoch - startEpoch) * train.rows) / ((now - began) / 1000));
        if (now - saved > CHECKPOINT_EVERY_MS) {
          await this.#checkpoint(state);
          saved = performance.now();
        }
        await this.#turn();
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
      loss: state.best?.loss ?? Number.POSITIVE_INFINITY,
      epoch,
      rowsSeen: (state.epoch - startEpoch) * train.rows,
      stoppedBecause: `${stoppedBecause}, epoch ${epoch} kept`,
    };
  }

  /** Messages leave and cancels arrive only when the event loop turns. */
  async #turn(): Promise<void> {
    await new Promise((done) => setImmediate(done));
    this.#context.signal.throwIfAborted();
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

  get #checkpointPath(): string {
    return join(this.#context.folder, 'checkpoint.bin');
  }

  async #start(): Promise<State> {
    if (existsSync(this.#checkpointPath)) {
      const state = deserialize(await readFile(this.#checkpointPath)) as State;
      this.#context.log(`resumed after epoch ${state.epoch}`);
      return state;
    }
    const { parameters } = this.#options.network;
    const tensors = parameters.flatMap(({ values }, index) =>
      (this.#state[index] ?? []).map((_, kind) => (kind === 0 ? values.slice() : new Float32Array(values.length))),
    );
    return {
      epoch: 0,
      tensors: [...tensors, new Float32Array(1)],
      average: parameters.map(({ values }) => values.slice()),
      best: null,
      sinceBest: 0,
    };
  }

  /** Written beside and renamed, so that a kill leaves the old or the new one. */
  async #checkpoint(state: State): Promise<void> {
    await writeFile(`${this.#checkpointPath}.new`, serialize(state));
    await rename(`${this.#checkpointPath}.new`, this.#checkpointPath);
  }

  /** One pass over the rows in a new order, in calls of a second or so; answers the mean of the steps' losses. */
  async #epoch(session: InferenceSession, state: State, train: GraphRows, batchRows: number): Promise<number> {
    const { network, augmentation, schedule, epochs, learningRate } = this.#options;
    const seed = this.#context.seed * 1_000_003 + state.epoch + 1;
    const order = permutation(train.rows, seededRandom(seed));
    const steps = Math.floor(train.rows / batchRows);
    const changes = augmentation === null ? null : drawChanges(augmentation, train.rows, seed + 0x5eed);
    const keys = this.#state.flatMap((kinds, index) =>
      kinds.map((key) => ({ key, dims: network.parameters[index]?.dims ?? [] })),
    );
    const fixed: Record<string, Tensor> = {
      ...inputTensors(network, train, 0, train.rows),
      Y: new Tensor('float32', train.answers, [train.rows, network.outputs]),
      S: new Tensor('float32', train.weights, [train.rows, 1]),
      go: new Tensor('bool', Uint8Array.of(1), []),
      lr: new Tensor(
        'float32',
        Float32Array.of(scheduleOf(schedule, epochs, learningRate)(state.epoch, learningRate)),
        [],
      ),
      ...(changes && {
        moves: new Tensor('float32', changes.moves, [train.rows, 2, 3]),
        lights: new Tensor('float32', changes.lights, [train.rows, 2]),
      }),
    };
    let total = 0;
    let most = 1;
    for (let step = 0; step < steps; ) {
      const count = Math.min(most, steps - step);
      const began = performance.now();
      const part = order.subarray(step * batchRows, (step + count) * batchRows);
      const feeds: Record<string, Tensor> = {
        ...fixed,
        order: new Tensor('int64', part, [part.length]),
        trip: new Tensor('int64', BigInt64Array.of(BigInt(count)), []),
        t: new Tensor('float32', state.tensors.at(-1) ?? new Float32Array(1), []),
      };
      for (const [index, { key, dims }] of keys.entries())
        feeds[key] = new Tensor('float32', state.tensors[index] ?? new Float32Array(), dims);
      const answer = await session.run(feeds);
      state.tensors = [...keys.map(({ key }) => key), 't'].map((key) => answer[`out_${key}`]?.data as Float32Array);
      const losses = answer['losses']?.data as Float32Array;
      total += losses.reduce((sum, loss) => sum + loss, 0);
      step += count;
      most = Math.max(1, Math.min(most * 4, Math.floor((count * CALL_MS) / (performance.now() - began))));
      await this.#turn();
    }
    state.epoch += 1;
    const share = Math.max(1 / state.epoch, LEAST_SHARE);
    const kinds = this.#state[0]?.length ?? 1;
    for (const [index, average] of state.average.entries()) {
      const values = state.tensors[index * kinds];
      if (values)
        for (let i = 0; i < average.length; i++)
          average[i] = (average[i] ?? 0) + share * ((values[i] ?? 0) - (average[i] ?? 0));
    }
    return total / steps;
  }

  /** Mean weighted loss and share of right answers of the averaged parameters on rows that were not learnt from. */
  async #judge(
    session: InferenceSession,
    state: State,
    rows: GraphRows,
  ): Promise<{ readonly loss: number; readonly accuracy: number }> {
    const { network, task } = this.#options;
    const parameters = Object.fromEntries(
      network.parameters.map(({ name, dims }, index) => [
        name,
        new Tensor('float32', state.average[index] ?? new Float32Array(), dims),
      ]),
    );
    const scores = new Float32Array(rows.rows * network.outputs);
    for (let from = 0; from < rows.rows; from += SCORED_AT_ONCE) {
      const to = Math.min(rows.rows, from + SCORED_AT_ONCE);
      const answer = await session.run({ ...inputTensors(network, rows, from, to), ...parameters });
      scores.set(Object.values(answer)[0]?.data as Float32Array, from * network.outputs);
      await this.#turn();
    }
    return {
      loss: meanLoss(task, scores, rows.targets, Float64Array.from(rows.weights), network.outputs),
      accuracy: accuracyOf(scores, rows.targets, network.outputs),
    };
  }
}

/** Rows [from, to) of every input, by the names the graphs give them. */
function inputTensors(
  network: TrainableGraph,
  { inputs }: GraphRows,
  from: number,
  to: number,
): Record<string, Tensor> {
  return Object.fromEntries(
    network.inputs.map((dims, index) => {
      const width = dims.reduce((product, size) => product * size, 1);
      const values = inputs[index]?.subarray(from * width, to * width) ?? new Float32Array();
      return [`X${index}`, new Tensor('float32', values, [to - from, ...dims])];
    }),
  );
}

function accuracyOf(scores: Float32Array, targets: Float64Array, outputs: number): number {
  let right = 0;
  for (let row = 0; row < targets.length; row++) {
    if (outputs === 1) {
      if (Number((scores[row] ?? 0) > 0) === targets[row]) right += 1;
      continue;
    }
    const own = scores.subarray(row * outputs, (row + 1) * outputs);
    let best = 0;
    for (let k = 1; k < outputs; k++) if ((own[k] ?? 0) > (own[best] ?? 0)) best = k;
    if (best === targets[row]) right += 1;
  }
  return right / targets.length;
}

/** Row numbers in a random order (Fisher and Yates). */
function permutation(rows: number, random: () => number): BigInt64Array {
  const order = BigInt64Array.from({ length: rows }, (_, row) => BigInt(row));
  for (let i = rows - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const kept = order[i] ?? 0n;
    order[i] = order[j] ?? 0n;
    order[j] = kept;
  }
  return order;
}
