/**
 * Trains small networks on the provider that is named, in a process of its own that may lose its graphics card; prints one
 * JSON line: for each network its parameters, and how many kinds of nodes ran where.
 */

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { joinFloats } from '../../electron/compute/frame/join-floats.ts';
import { denseGraph, initialParameters, lossOfTask } from '../../electron/compute/train/dense-network.ts';
import { epochModel, stateNames } from '../../electron/compute/train/epoch-graph.ts';
import { NetworkTraining } from '../../electron/compute/train/network-training.ts';
import { optimiserOf } from '../../electron/compute/train/optimisers/optimisers.ts';
import { trainingSchedule } from '../../electron/compute/train/optimisers/training-schedules.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import type { TrainingRows } from '../../electron/compute/train/step-engine.ts';
import { sizeOf, type TrainedGraph } from '../../electron/compute/train/trained-graph.ts';
import { Provider } from '../../shared/contract/providers.ts';

const ROWS = 100;
const BATCH = 50;
const provider = Provider.parse(process.argv[2]);
const folder = await mkdtemp(join(tmpdir(), 'drydock-provider-'));

const shape = { sizes: [6, 16, 3] };
const dense = { network: denseGraph(shape), start: initialParameters(shape, seededRandom(1)) };

/** A convolution, pooling, the mean of each channel, and a score a class. */
const parameters = [
  { name: 'kernel', dims: [4, 1, 3, 3], isDecayed: true },
  { name: 'shift', dims: [4], isDecayed: false },
  { name: 'W', dims: [4, 3], isDecayed: true },
  { name: 'b', dims: [3], isDecayed: false },
];
const random = seededRandom(2);
const convolved = (pooling: string): TrainedGraph => ({
  inputs: [{ dims: [1, 6, 6] }],
  outputs: 3,
  parameters,
  forward(graph, [image = ''], nameOf) {
    const pads = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
    const places = graph.add('Relu', [graph.add('Conv', [image, nameOf('kernel'), nameOf('shift')], pads)]);
    const pooled = graph.add(pooling, [places], { kernel_shape: [2, 2], strides: [2, 2] });
    const means = graph.add('Flatten', [graph.add('GlobalAveragePool', [pooled])]);
    return graph.add('Gemm', [means, nameOf('W'), nameOf('b')]);
  },
});
const start = parameters.map(({ dims }) => Float32Array.from({ length: sizeOf(dims) }, () => random() - 0.5));
const examples = {
  dense,
  convolved: { network: convolved('AveragePool'), start },
  // The gradient of MaxPool needs its indices, which the WebGPU provider of ONNX Runtime 1.30 does not answer.
  withLargest: { network: convolved('MaxPool'), start },
};

function exampleRows({ inputs: [input] }: TrainedGraph): TrainingRows {
  const dims = input?.dims ?? [];
  const next = seededRandom(3);
  const values = Float32Array.from({ length: ROWS * sizeOf(dims) }, () => next() * 2 - 1);
  const answers = new Float32Array(ROWS * 3);
  for (let row = 0; row < ROWS; row++) answers[row * 3 + ((values[row * sizeOf(dims)] ?? 0) > 0 ? 1 : row % 2) * 2] = 1;
  return {
    rows: ROWS,
    inputs: [new Tensor('float32', values, [ROWS, ...dims])],
    answers: new Tensor('float32', answers, [ROWS, 3]),
    weights: null,
  };
}

/** Where ONNX Runtime put the nodes of one step, by its own account. */
async function placedNodes({ network, start }: typeof dense): Promise<Record<string, number>> {
  const optimiser = optimiserOf('adamw');
  const options = {
    network,
    loss: lossOfTask('multiclass'),
    batchRows: BATCH,
    isWeighted: false,
    optimiser,
    optimiserParams: {},
    weightDecay: 0,
    schedule: trainingSchedule('constant'),
    plan: { steps: 1, base: 1e-3 },
    clipNorm: null,
    clipValue: null,
  };
  const session = await InferenceSession.create(epochModel(options), {
    executionProviders: [provider, 'cpu'],
    logSeverityLevel: 4,
    enableProfiling: true,
    profileFilePrefix: join(folder, 'profile'),
  });
  const values = joinFloats(start);
  const rows = exampleRows(network);
  await session.run({
    X0: rows.inputs[0] ?? rows.answers,
    Y: rows.answers,
    order: new Tensor(
      'int32',
      Int32Array.from({ length: BATCH }, (_, row) => row),
      [BATCH],
    ),
    trip: new Tensor('int64', BigInt64Array.of(1n), []),
    go: new Tensor('bool', Uint8Array.of(1), []),
    lr: new Tensor('float32', Float32Array.of(1e-3), []),
    ...Object.fromEntries(
      stateNames(options).map((name) => [
        name,
        name === 'steps'
          ? new Tensor('float32', new Float32Array(1), [])
          : new Tensor('float32', name === 'parameters' ? values : new Float32Array(values.length), [values.length]),
      ]),
    ),
  });
  session.endProfiling();
  await session.release();
  const [file = ''] = (await readdir(folder)).filter((name) => name.startsWith('profile'));
  const events: { args?: { provider?: string; op_name?: string } }[] = JSON.parse(
    await readFile(join(folder, file), 'utf8'),
  );
  await rm(join(folder, file));
  const placed: Record<string, number> = {};
  for (const { args } of events)
    if (args?.provider !== undefined) placed[args.provider] = (placed[args.provider] ?? 0) + 1;
  return placed;
}

const results = [];
for (const [name, example] of Object.entries(examples)) {
  const log: string[] = [];
  const training = new NetworkTraining(
    {
      ...example,
      loss: lossOfTask('multiclass'),
      optimiser: 'adamw',
      learningRate: 3e-3,
      schedule: 'oneCycle',
      batchRows: BATCH,
      epochs: 2,
      patience: 10,
      weightDecay: 1e-3,
      clipNorm: 1,
    },
    {
      seed: 5,
      threads: 1,
      providers: [provider],
      signal: new AbortController().signal,
      folder: await mkdtemp(join(folder, 'fit-')),
      budgetMs: Number.POSITIVE_INFINITY,
      shouldStop: () => false,
      progress: () => undefined,
      measure: () => undefined,
      log: (line) => log.push(line),
    },
  );
  const rows = exampleRows(example.network);
  const trained = await training.run(rows, rows);
  results.push({
    name,
    provider: trained.provider,
    parameters: trained.parameters.map((values) => Array.from(values)),
    placed: trained.provider === provider ? await placedNodes(example) : {},
    log,
  });
}
await rm(folder, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify(results)}\n`, () => process.exit(0));
