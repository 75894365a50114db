import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes } from '../../electron/compute/onnx/graph-builder.ts';
import { denseGraph, initialParameters, lossOfTask } from '../../electron/compute/train/dense-network.ts';
import type { FitContext } from '../../electron/compute/train/estimator.ts';
import { network } from '../../electron/compute/train/estimators/network.ts';
import {
  NetworkTraining,
  type NetworkTrainingOptions,
  type OpenEngine,
} from '../../electron/compute/train/network-training.ts';
import { openOnnxEngine } from '../../electron/compute/train/onnx-step-engine.ts';
import { TRAINING_SCHEDULES } from '../../electron/compute/train/optimisers/training-schedules.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import type { TrainingRows } from '../../electron/compute/train/step-engine.ts';
import { namedMemoryError, requireMemory } from '../../shared/memory-need.ts';
import { keptIn } from '../helpers/estimators/dense-answers.ts';
import { exampleData, inFolder } from '../helpers/example-fits.ts';

const SHAPE = { sizes: [4, 8, 1] };
const OPTIONS: NetworkTrainingOptions = {
  network: denseGraph(SHAPE),
  loss: lossOfTask('regression'),
  start: initialParameters(SHAPE, seededRandom(1)),
  optimiser: 'sgd',
  learningRate: 0.01,
  schedule: 'constant',
  batchRows: 16,
  epochs: 10,
  patience: 100,
  weightDecay: 0,
};

function rowsOf(count: number, seed: number, weights: Float32Array | null = null): TrainingRows {
  const random = seededRandom(seed);
  const values = Float32Array.from({ length: count * 4 }, () => random() * 2 - 1);
  const answers = Float32Array.from(
    { length: count },
    (_, row) => (values[row * 4] ?? 0) * 3 - (values[row * 4 + 1] ?? 0),
  );
  return {
    rows: count,
    inputs: [new Tensor('float32', values, [count, 4])],
    answers: new Tensor('float32', answers, [count, 1]),
    weights: weights && new Tensor('float32', weights, [count, 1]),
  };
}

const trained = (options: Partial<NetworkTrainingOptions>, context: Partial<FitContext> = {}) =>
  inFolder((own) => new NetworkTraining({ ...OPTIONS, ...options }, own).run(rowsOf(160, 2), rowsOf(50, 3)), context);

describe('a schedule as nodes', () => {
  it.each(TRAINING_SCHEDULES.map((schedule) => [schedule.name, schedule] as const))(
    '%s gives the rate of its formula at every step',
    async (_, schedule) => {
      for (const steps of [1, 2, 7, 40, 1000]) {
        const plan = { steps, base: 0.02 };
        const graph = new GraphBuilder();
        const rate = graph.add('Identity', [schedule.nodes(graph, 'step', 'lr', plan)]);
        const scalar = (name: string) => makeValueInfo(name, FLOAT, []);
        const session = await InferenceSession.create(
          modelBytes(graph.graph('rate', [scalar('step'), scalar('lr')], [scalar(rate)])),
          { logSeverityLevel: 4 },
        );
        const expected = schedule.rate(plan);
        for (const step of new Set([0, 1, 2, Math.floor(steps / 3), Math.floor(steps / 2), steps - 1])) {
          if (step >= steps) continue;
          const feed = (value: number) => new Tensor('float32', Float32Array.of(value), []);
          const feeds = { step: feed(step), lr: feed(plan.base) };
          const asked = session.inputNames.includes('step') ? feeds : { lr: feeds.lr };
          const answer = await session.run(asked);
          expect(Number(answer[rate]?.data[0]), `step ${step} of ${steps}`).toBeCloseTo(expected(step, plan.base), 7);
        }
        await session.release();
      }
    },
  );

  it('on plateau cuts the rate once the loss gets no better', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'drydock-plateau-'));
    // Answers of pure noise: on other rows nothing gets better.
    const noise = (seed: number): TrainingRows => {
      const random = seededRandom(seed);
      const answers = Float32Array.from({ length: 160 }, () => random() - 0.5);
      return { ...rowsOf(160, seed), answers: new Tensor('float32', answers, [160, 1]) };
    };
    const options = { ...OPTIONS, schedule: 'onPlateau', learningRate: 0.1, epochs: 200 };
    await inFolder((context) => new NetworkTraining(options, { ...context, folder }).run(noise(8), noise(9)));
    const { plateau } = await keptIn<{ plateau: { learningRate: number } }>(folder);
    expect(plateau.learningRate).toBeLessThan(options.learningRate);
    await rm(folder, { recursive: true });
  });
});

describe('a training', () => {
  it('of one batch of all rows takes the step that the formula of gradient descent takes', async () => {
    const shape = { sizes: [4, 1] };
    const rows = rowsOf(32, 5);
    const start = [Float32Array.of(0.1, -0.2, 0.3, 0.4), Float32Array.of(0.5)];
    const { parameters } = await inFolder((context) =>
      new NetworkTraining({ ...OPTIONS, network: denseGraph(shape), start, batchRows: 32, epochs: 1 }, context).run(
        rows,
        { ...rows, rows: 0 },
      ),
    );
    const [values, answers] = [rows.inputs[0]?.data as Float32Array, rows.answers.data as Float32Array];
    const slope = new Float64Array(5);
    for (let row = 0; row < 32; row++) {
      let error = 0.5 - (answers[row] ?? 0);
      for (let k = 0; k < 4; k++) error += (values[row * 4 + k] ?? 0) * (start[0]?.[k] ?? 0);
      for (let k = 0; k < 4; k++) slope[k] = (slope[k] ?? 0) + (2 * error * (values[row * 4 + k] ?? 0)) / 32;
      slope[4] = (slope[4] ?? 0) + (2 * error) / 32;
    }
    for (let k = 0; k < 4; k++)
      expect(parameters[0]?.[k]).toBeCloseTo((start[0]?.[k] ?? 0) - 0.01 * (slope[k] ?? 0), 5);
    expect(parameters[1]?.[0]).toBeCloseTo(0.5 - 0.01 * (slope[4] ?? 0), 5);
  });

  it('that diverges before anything is worth keeping is an error that names the epoch and what to lower', async () => {
    await expect(trained({ learningRate: 1e20 })).rejects.toMatchObject({
      code: 'DIVERGED',
      message: expect.stringMatching(/epoch 1/),
      remedy: expect.stringMatching(/learning rate/),
    });
  });

  it.each([
    ['rows that judge it', rowsOf(50, 3)],
    ['none', { ...rowsOf(50, 3), rows: 0 }],
  ])('whose loss only grows, and stays a number, is that error too: with %s', async (_, validation) => {
    const options = { ...OPTIONS, optimiser: 'rmsprop', learningRate: 20, epochs: 5 };
    await expect(
      inFolder((context) => new NetworkTraining(options, context).run(rowsOf(160, 2), validation)),
    ).rejects.toMatchObject({
      code: 'DIVERGED',
      message: expect.stringMatching(
        /its mean loss is .* after the best epoch, \d, and was \d\.\d+ before the first step/,
      ),
      remedy: expect.stringMatching(/learning rate/),
    });
  });

  it('that diverges later keeps the best before and says so, once more when it is resumed', async () => {
    // Each step overshoots the valley of a quadratic by more than it was off: slowly at first, past all floats in the end.
    const shape = { sizes: [4, 1] };
    const start = initialParameters(shape, seededRandom(1));
    const options = { ...OPTIONS, network: denseGraph(shape), start, learningRate: 1.05, epochs: 60 };
    const [first, { stoppedBecause, parameters }] = await inFolder(async (context) => {
      const run = () => new NetworkTraining(options, context).run(rowsOf(160, 2), rowsOf(50, 3));
      return [await run(), await run()];
    });
    expect(stoppedBecause).toBe(first.stoppedBecause);
    expect(parameters).toEqual(first.parameters);
    expect(stoppedBecause).toMatch(/^diverged in epoch \d+, the best before is kept, epoch \d+ kept$/);
    for (const values of parameters) for (const value of values) expect(Number.isFinite(value)).toBe(true);
  });

  it('with clipped gradients survives a rate at which it diverges without', async () => {
    const wild = { learningRate: 3, epochs: 20 };
    await expect(trained(wild)).rejects.toMatchObject({ code: 'DIVERGED' });
    expect((await trained({ ...wild, clipNorm: 0.01 })).stoppedBecause).toMatch(/20 epochs/);
    expect((await trained({ ...wild, clipValue: 0.001 })).stoppedBecause).toMatch(/20 epochs/);
  });

  it('stops within an epoch when it is asked to, and answers what it has', async () => {
    const { stoppedBecause, rowsSeen } = await trained({}, { shouldStop: () => true });
    expect(stoppedBecause).toMatch(/by hand/);
    expect(rowsSeen).toBeLessThanOrEqual(160);
  });

  it('does not heed rows of weight zero', async () => {
    const weights = Float32Array.from({ length: 160 }, (_, row) => row % 2);
    const rows = rowsOf(160, 2, weights);
    const spoilt = Float32Array.from(rows.answers.data as Float32Array, (value, row) => (row % 2 ? value : 1e6));
    const run = (answers: Float32Array) =>
      inFolder((context) => {
        const own = { ...rows, answers: new Tensor('float32', answers, [160, 1]) };
        return new NetworkTraining(OPTIONS, context).run(own, own);
      });
    const clean = await run(Float32Array.from(rows.answers.data as Float32Array));
    expect((await run(spoilt)).parameters).toEqual(clean.parameters);
  });
});

describe('a graphics card', () => {
  const lost = new Error('device lost\nsomewhere in a driver');
  /** The CPU under the name of a card, which fails in a call. */
  const failing =
    (fails: 'open' | 'run' | 'judge' | 'release', calls = 0): OpenEngine =>
    async (provider, job) => {
      const engine = await openOnnxEngine('cpu', job);
      if (provider === 'cpu') return engine;
      if (fails === 'open') throw lost;
      let made = 0;
      const failingCall = async (): Promise<never> => {
        await engine.release();
        throw lost;
      };
      const afterSome = <T>(call: () => Promise<T>): Promise<T> => (made++ < calls ? call() : Promise.reject(lost));
      return {
        ...engine,
        label: 'a card',
        ...(fails === 'run' ? { run: (call) => afterSome(() => engine.run(call)) } : {}),
        ...(fails === 'judge' ? { judge: (values, rows) => afterSome(() => engine.judge(values, rows)) } : {}),
        ...(fails === 'release' ? { release: failingCall } : {}),
      };
    };

  it.each([
    ['when it is opened', failing('open'), 'WebGPU failed, the CPU goes on: device lost', 'cpu'],
    ['at its first step', failing('run'), 'WebGPU failed, the CPU goes on: device lost', 'cpu'],
    // Ten steps an epoch, in calls of 1, 3 and 6: in the middle of a later one.
    ['within an epoch', failing('run', 7), 'WebGPU failed, the CPU goes on: device lost', 'cpu'],
    ['when an epoch is judged', failing('judge', 3), 'WebGPU failed, the CPU goes on: device lost', 'cpu'],
    ['after the last epoch', failing('release'), 'WebGPU was not let go: device lost', 'webgpu'],
  ] as const)('that is lost %s costs nothing that was learnt, and the log says so', async (_, open, line, provider) => {
    const log: string[] = [];
    const held: (string | null)[] = [];
    const whole = await trained({});
    const got = await trained(
      { open },
      {
        providers: ['webgpu'],
        log: (said) => log.push(said),
        holds: async (device) => {
          held.push(device);
        },
      },
    );
    expect(got.parameters).toEqual(whole.parameters);
    expect(got).toMatchObject({ provider, epoch: whole.epoch, stoppedBecause: whole.stoppedBecause });
    expect(log).toEqual([line]);
    expect(held).toEqual(['webgpu', null]);
  });

  it('that brought down the process before this one is not asked again: the CPU goes on from its checkpoint', async () => {
    const log: string[] = [];
    const whole = await trained({});
    await inFolder(async (context) => {
      const run = (epochs: number, own: Partial<FitContext>) =>
        new NetworkTraining({ ...OPTIONS, epochs, open: failing('run', 1e6) }, { ...context, ...own }).run(
          rowsOf(160, 2),
          rowsOf(50, 3),
        );
      expect((await run(4, { providers: ['webgpu'] })).provider).toBe('webgpu');
      const got = await run(10, { providers: ['cpu'], log: (said) => log.push(said) });
      expect(got.provider).toBe('cpu');
      expect(got.parameters).toEqual(whole.parameters);
      expect(log).toEqual(['resumed after epoch 4']);
    });
  });
});

describe('the network estimator', () => {
  const choice = fc.record({
    optimiser: fc.constantFrom('adamw', 'adam', 'sgd', 'rmsprop', 'adagrad'),
    schedule: fc.constantFrom(...TRAINING_SCHEDULES.map(({ name }) => name)),
    momentum: fc.constantFrom(0, 0.9),
    nesterov: fc.boolean(),
    clipNorm: fc.constantFrom(null, 1),
    clipValue: fc.constantFrom(null, 0.5),
    weightDecay: fc.constantFrom(0, 1e-3),
  });

  it('trains with every optimiser, schedule, momentum, clipping and decay', async () => {
    const data = exampleData('binary', 300);
    await fc.assert(
      fc.asyncProperty(choice, async (params) => {
        const fitted = await inFolder((context) => network.fit(data, { ...params, epochs: 3, hidden: [8] }, context));
        expect(fitted.params).toMatchObject(params);
        expect(fitted.stoppedBecause).toMatch(/^3 epochs/);
        expect(fitted.provider).toBe('cpu');
      }),
      { numRuns: 40, seed: 4 },
    );
  });

  it('goes from the lookahead of Nesterov to another model than plain momentum', async () => {
    const data = exampleData('binary', 300);
    const params = { optimiser: 'sgd', momentum: 0.9, learningRate: 0.05, epochs: 3, hidden: [8] };
    const [plain, ahead] = await Promise.all(
      [false, true].map((nesterov) => inFolder((context) => network.fit(data, { ...params, nesterov }, context))),
    );
    expect(Buffer.from(plain?.onnx ?? []).equals(Buffer.from(ahead?.onnx ?? []))).toBe(false);
  });
});

describe('memory', () => {
  it('that would not suffice is refused with rows, columns, bytes and what to lower', () => {
    const need = { rows: 1_000_000, columns: 5000, bytesEach: 4 };
    expect(() => requireMemory(need, 'The matrix', 2 ** 30)).toThrow(
      /The matrix does not fit into the 1,024 MiB that are free: 1,000,000 rows x 5,000 columns x 4 bytes = 19,074 MiB/,
    );
    expect(() => requireMemory({ ...need, rows: 10 }, 'The matrix', 2 ** 30)).not.toThrow();
  });

  it('that a library could not get is named alike; another failure stays what it is', () => {
    const need = { rows: 256, columns: 10, bytesEach: 4, lower: 'batchRows' };
    const named = namedMemoryError(
      new Error('Failed to allocate memory for requested buffer of size 9'),
      need,
      'a batch',
    );
    expect(named).toMatchObject({
      code: 'OUT_OF_MEMORY',
      message: 'Memory ran out for a batch: 256 rows x 10 columns x 4 bytes = 1 MiB.',
      remedy: expect.stringMatching(/batchRows/),
    });
    const other = new Error('no such file');
    expect(namedMemoryError(other, need, 'a batch')).toBe(other);
  });
});
