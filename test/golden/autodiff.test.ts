import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { joinFloats } from '../../electron/compute/frame/join-floats.ts';
import {
  BOOL,
  FLOAT,
  GraphBuilder,
  INT64,
  makeValueInfo,
  modelBytes,
} from '../../electron/compute/onnx/graph-builder.ts';
import { lossOfTask } from '../../electron/compute/train/dense-network.ts';
import { type EpochOptions, stateNames } from '../../electron/compute/train/epoch-graph.ts';
import { differentiate, gradientsOf } from '../../electron/compute/train/gradients/differentiate.ts';
import { GRADIENT_RULES } from '../../electron/compute/train/gradients/rules.ts';
import { type LossParams, type Reduction, reduceLoss } from '../../electron/compute/train/losses/loss.ts';
import { LOSSES } from '../../electron/compute/train/losses/losses.ts';
import { openOnnxEngine } from '../../electron/compute/train/onnx-step-engine.ts';
import { clippedByNorm, clippedByValue } from '../../electron/compute/train/optimisers/clip-gradients.ts';
import { addedOnce, type OptimiserParams } from '../../electron/compute/train/optimisers/optimiser.ts';
import { optimiserOf } from '../../electron/compute/train/optimisers/optimisers.ts';
import {
  afterMetric,
  constant,
  cosineDecay,
  cosineRestarts,
  exponential,
  linearWarmUp,
  multiStep,
  oneCycle,
  polynomial,
  type Schedule,
  stepwise,
  warmUpCosine,
} from '../../electron/compute/train/optimisers/schedules.ts';
import { trainingSchedule } from '../../electron/compute/train/optimisers/training-schedules.ts';
import type { TrainingRows } from '../../electron/compute/train/step-engine.ts';
import { partParameters, type TrainedGraph } from '../../electron/compute/train/trained-graph.ts';
import { runGradient, type Values } from '../helpers/gradient-graph.ts';

const DATA = resolve(import.meta.dirname, 'data', 'autodiff');

const Tolerance = z.object({ abs: z.number(), rel: z.number() });
type Tolerance = z.infer<typeof Tolerance>;
const Packed = z.object({
  type: z.enum(['float32', 'int64', 'bool']).default('float32'),
  shape: z.array(z.number()),
  data: z.array(z.union([z.number(), z.boolean()])),
});
const Fields = z.record(z.string(), z.unknown());
const Numbers = z.array(z.number());

/** Farthest any element is off, in tolerances; infinite for another length. */
function farthest(got: ArrayLike<number>, expected: readonly number[], { abs, rel }: Tolerance): number {
  if (got.length !== expected.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (const [at, value] of expected.entries()) {
    const off = Math.abs((got[at] ?? Number.NaN) - value) / (abs + rel * Math.abs(value));
    if (!(off <= most)) most = off;
  }
  return most;
}

const Case = z.object({
  id: z.string(),
  function: z.string(),
  params: Fields,
  input: Fields,
  expected: Fields,
  tolerance: Tolerance,
});
type Case = z.infer<typeof Case>;
const casesOf = (file: string): Case[] =>
  z.object({ cases: z.array(Case) }).parse(JSON.parse(readFileSync(join(DATA, file), 'utf8'))).cases;
const named = (cases: readonly Case[]) => cases.map((one) => [one.id, one] as const);

const cases = casesOf('cases.json');
const operators = casesOf('operators.json');

interface OperatorCase {
  readonly operator: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly slots: readonly (Values | null)[];
  readonly upstream: readonly (Values | null)[];
  readonly outputs: readonly (Values | null)[];
  readonly gradients: readonly (Values | null)[];
  readonly opset: number;
}

/** Runs the node with and without known shapes and compares results and gradients. */
async function check(one: OperatorCase, tolerance: Tolerance): Promise<void> {
  const wanted = one.gradients.flatMap((gradient, index) => (gradient === null ? [] : [index]));
  // The runtime has no forward pass for batch normalisation in training mode; its gradient does not need one.
  const withOutputs = one.attributes['training_mode'] !== 1;
  for (const knowsShapes of [true, false]) {
    const ran = await runGradient(one, { wanted, knowsShapes, withOutputs });
    const used = one.outputs.filter((_, index) => one.upstream[index] !== null);
    for (const [index, output] of ran.outputs.entries())
      expect(farthest(output, used[index]?.data.map(Number) ?? [], tolerance)).toBeLessThanOrEqual(1);
    for (const index of wanted)
      expect(
        farthest(ran.gradients[index] ?? [], one.gradients[index]?.data.map(Number) ?? [], tolerance),
        `gradient of input ${index}, shapes ${knowsShapes ? 'known' : 'found when it runs'}`,
      ).toBeLessThanOrEqual(1);
  }
}

const OperatorParams = z.object({ operator: z.string(), attributes: Fields, opset: z.number() });
const operatorCase = ({ params, input, expected }: Case): OperatorCase => ({
  ...OperatorParams.parse(params),
  ...z.object({ slots: z.array(Packed.nullable()), upstream: z.array(Packed.nullable()) }).parse(input),
  ...z.object({ outputs: z.array(Packed.nullable()), gradients: z.array(Packed.nullable()) }).parse(expected),
});

describe('gradients of operators', () => {
  const gradients = operators.filter((one) => one.function === 'gradient');
  const withRule = gradients.filter(({ params }) => GRADIENT_RULES.has(String(params['operator'])));
  const passing = withRule.filter(({ input }) => z.array(z.unknown()).parse(input['upstream']).some(Boolean));

  it.each(named(passing))('%s agrees with autograd', (_, one) => check(operatorCase(one), one.tolerance));

  it.each(named(gradients.filter((one) => !withRule.includes(one))))(
    '%s, which has no rule or no slope, is refused by node and operator before anything runs',
    async (_, one) => {
      const { operator, slots } = operatorCase(one);
      const graph = new GraphBuilder();
      const names = slots.map((_slot, index) => `x${index}`);
      graph.add(operator, names, {}, { output: 'y' });
      expect(() => differentiate(graph, 'y', ['x0'])).toThrow(
        operator === 'ArgMax' ? /does not depend on "x0"/ : new RegExp(`"${operator}_y".*${operator}`),
      );
    },
  );

  it('passes nothing through casts to and from whole numbers', () => {
    const graph = new GraphBuilder();
    graph.add('Cast', [graph.add('Cast', ['x'], { to: INT64 })], { to: FLOAT }, { output: 'y' });
    expect(() => differentiate(graph, 'y', ['x'])).toThrow(/does not depend on "x"/);
  });
});

/** Puts the constants of a case where the operator takes them: as further inputs, before or after. */
function withConstants({ params, input, expected }: Case): OperatorCase {
  const { operator, attributes, constants } = z
    .object({ operator: z.string(), attributes: Fields, constants: Fields })
    .parse(params);
  const slots: (Values | null)[] = z.array(Packed).parse(input['inputs']);
  const upstream: (Values | null)[] = [Packed.parse(input['upstream'])];
  const outputs: (Values | null)[] = [Packed.parse(expected['output'])];
  const gradients: (Values | null)[] = z.array(Packed.nullable()).parse(expected['gradients']);
  const flat = (value: unknown): number[] => (Array.isArray(value) ? value.flatMap(flat) : [Number(value)]);
  const shapeOf = (value: unknown): number[] => (Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : []);
  const put = (name: string, type: Values['type']): Values => {
    const value = constants[name];
    return { type, shape: shapeOf(value), data: flat(value) };
  };
  const order = [
    'exponent',
    'min',
    'max',
    'axes',
    'shape',
    'split',
    'indices',
    'pads',
    'mean',
    'variance',
    'labels',
    'weights',
  ];
  const isReal = new Set(['exponent', 'min', 'max', 'mean', 'variance', 'weights']);
  if (operator === 'Slice') slots.push(...['starts', 'ends', 'axes', 'steps'].map((name) => put(name, 'int64')));
  else {
    const after = order.filter((name) => name in constants);
    slots.push(...after.map((name) => put(name, isReal.has(name) ? 'float32' : 'int64')));
  }
  if (operator === 'Where') {
    slots.unshift(put('condition', 'bool'));
    gradients.unshift(null);
  }
  if (operator === 'Split') {
    // The case asks for the second part only.
    upstream.unshift(null);
    outputs.unshift(null);
  }
  if (operator === 'BatchNormalization' && attributes['training_mode'] === 1) {
    const channels = slots[1]?.shape ?? [];
    const ones: Values = { type: 'float32', shape: channels, data: (slots[1]?.data ?? []).map(() => 1) };
    slots.push(ones, ones);
    upstream.push(null, null);
  }
  return { operator, attributes, slots, upstream, outputs, gradients, opset: 22 };
}

describe('the flat cases', () => {
  const gradients = cases.filter((one) => one.function === 'gradient');
  it.each(named(gradients.filter(({ id }) => !id.startsWith('loss.'))))('%s agrees with autograd', (_, one) =>
    check(withConstants(one), one.tolerance),
  );

  it.each(named(gradients.filter(({ id }) => id.startsWith('loss.'))))('%s agrees with autograd', async (_, one) => {
    const { constants } = z.object({ constants: Fields }).parse(one.params);
    const [prediction] = z.array(Packed).parse(one.input['inputs']);
    const upstream = Number(Packed.parse(one.input['upstream']).data[0]);
    if (!prediction) throw new Error('no prediction');
    const target: Values = { ...prediction, data: Numbers.parse(constants['labels'] ?? constants['target']) };
    const ran = await runLoss(one.id.slice('loss.'.length), prediction, target, null, 'mean', {
      ...(constants['delta'] === undefined ? {} : { delta: Number(constants['delta']) }),
    });
    const [gradient] = z.array(Packed).parse(one.expected['gradients']);
    expect(
      farthest([ran.value], Packed.parse(one.expected['output']).data.map(Number), one.tolerance),
    ).toBeLessThanOrEqual(1);
    const scaled = ran.gradient.map((part) => part * upstream);
    expect(farthest(scaled, gradient?.data.map(Number) ?? [], one.tolerance)).toBeLessThanOrEqual(1);
  });
});

async function runLoss(
  name: string,
  prediction: Values,
  target: Values,
  weight: Values | null,
  reduction: Reduction,
  params: LossParams,
) {
  const loss = LOSSES.find((one) => one.name === name);
  if (!loss) throw new Error(`no loss ${name}`);
  const graph = new GraphBuilder();
  const value = reduceLoss(graph, loss, loss.each(graph, 'z', 'y', params), reduction, 'w');
  const [gradient = ''] = differentiate(graph, value, ['z']);
  const inputs = [['z', prediction], ['y', target], ...(weight === null ? [] : [['w', weight] as const])] as const;
  const session = await InferenceSession.create(
    modelBytes(
      graph.graph(
        'loss',
        inputs.map(([input, { shape }]) => makeValueInfo(input, FLOAT, shape)),
        [makeValueInfo(value, FLOAT, []), makeValueInfo(gradient, FLOAT, null)],
      ),
    ),
  );
  const answer = await session.run(
    Object.fromEntries(
      inputs.map(([input, { shape, data }]) => [input, new Tensor('float32', Float32Array.from(data, Number), shape)]),
    ),
  );
  await session.release();
  return {
    value: Number(answer[value]?.data[0]),
    gradient: Float32Array.from(answer[gradient]?.data as Float32Array),
  };
}

describe('losses', () => {
  const LossCase = z.object({
    prediction: Packed,
    label: Packed.optional(),
    target: Packed.optional(),
    probability: Packed.optional(),
    weight: Packed.optional(),
  });
  const Params = z.object({
    loss: z.string(),
    reduction: z.enum(['mean', 'sum', 'weightedMean']),
    delta: z.number().optional(),
    quantile: z.number().optional(),
    labelSmoothing: z.number().optional(),
    positiveWeight: z.number().optional(),
    gamma: z.number().optional(),
  });
  it.each(named(operators.filter((one) => one.function === 'loss')))(
    '%s and its gradient agree with autograd',
    async (_, one) => {
      const { loss, reduction, ...rest } = Params.parse(one.params);
      const { prediction, label, target, probability, weight } = LossCase.parse(one.input);
      const name = loss.startsWith('multilabel') ? 'sigmoidCrossEntropy' : (loss.split('-')[0] ?? '');
      let answers: Values | undefined = probability ?? target ?? label;
      if (answers && answers.shape.length === 1) {
        // Class numbers as shares of classes.
        const classes = prediction.shape[1] ?? 1;
        const data = answers.data.flatMap((own) => Array.from({ length: classes }, (_class, at) => Number(at === own)));
        answers = { type: 'float32', shape: prediction.shape, data };
      }
      if (!answers) throw new Error('no answers');
      const params = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const ran = await runLoss(name, prediction, answers, weight ?? null, reduction, params);
      expect(farthest([ran.value], [Number(one.expected['value'])], one.tolerance)).toBeLessThanOrEqual(1);
      expect(farthest(ran.gradient, Numbers.parse(one.expected['gradient']), one.tolerance)).toBeLessThanOrEqual(1);
    },
  );
});

const OptimiserCase = z.object({
  name: z.string(),
  learningRate: z.number(),
  momentum: z.number().optional(),
  dampening: z.number().optional(),
  nesterov: z.boolean().optional(),
  beta1: z.number().optional(),
  beta2: z.number().optional(),
  decay: z.number().optional(),
  epsilon: z.number().optional(),
  centred: z.boolean().optional(),
  momentumDecay: z.number().optional(),
  l2: z.number().optional(),
  weightDecay: z.number().optional(),
  clipNorm: z.number().optional(),
  clipValue: z.number().optional(),
});

describe('optimisers as nodes', () => {
  const paths = [...cases, ...operators].filter((one) => one.function === 'optimiser');
  it.each(named(paths))('%s takes the same 20 steps', async (_, one) => {
    const { name, learningRate, clipNorm, clipValue, ...rest } = OptimiserCase.parse(one.params);
    const { start, curvature, target } = z
      .object({ start: Numbers, curvature: Numbers, target: Numbers })
      .parse(one.input);
    const path = z.array(Numbers).parse(one.expected['path']);
    const family = name.split('-')[0] ?? '';
    const optimiser = optimiserOf(family === 'momentum' || family === 'nesterov' ? 'sgd' : family);
    const params: OptimiserParams = JSON.parse(JSON.stringify(rest));
    const graph = new GraphBuilder();
    // sum(c (w - t)^2) + sum(w^4) / 10, by its own gradient.
    const off = graph.add('Sub', ['w', 'target']);
    const square = graph.add('Mul', ['w', 'w']);
    const objective = graph.add('Add', [
      graph.add('ReduceSum', [graph.add('Mul', ['curvature', graph.add('Mul', [off, off])])], { keepdims: 0 }),
      graph.add('Mul', [
        graph.add('ReduceSum', [graph.add('Mul', [square, square])], { keepdims: 0 }),
        graph.float(0.1),
      ]),
    ]);
    let gradients = differentiate(graph, objective, ['w']);
    if (clipNorm !== undefined) gradients = clippedByNorm(graph, gradients, clipNorm);
    if (clipValue !== undefined) gradients = clippedByValue(graph, gradients, clipValue);
    const memory = optimiser.state(params).map((kind) => `m_${kind}`);
    const after = optimiser.step(
      {
        graph,
        value: 'w',
        gradient: gradients[0] ?? '',
        state: memory,
        learningRate: 'lr',
        step: 't',
        once: addedOnce(),
      },
      params,
    );
    const size = [start.length];
    const session = await InferenceSession.create(
      modelBytes(
        graph.graph(
          'step',
          [
            ...['w', 'curvature', 'target', ...memory].map((input) => makeValueInfo(input, FLOAT, size)),
            ...['lr', 't'].map((input) => makeValueInfo(input, FLOAT, [])),
          ],
          [after.value, ...after.state].map((output) => makeValueInfo(output, FLOAT, size)),
        ),
      ),
    );
    const given = new Set(session.inputNames);
    const vector = (values: ArrayLike<number>) => new Tensor('float32', Float32Array.from(values), size);
    const scalar = (value: number) => new Tensor('float32', Float32Array.of(value), []);
    let [value, state] = [vector(start), memory.map(() => vector(start.map(() => 0)))];
    for (const [step, expected] of path.entries()) {
      const feeds = {
        w: value,
        curvature: vector(curvature),
        target: vector(target),
        lr: scalar(learningRate),
        t: scalar(step + 1),
        ...Object.fromEntries(memory.map((input, at) => [input, state[at] ?? vector(start)])),
      };
      const answer = await session.run(Object.fromEntries(Object.entries(feeds).filter(([input]) => given.has(input))));
      value = vector(Float32Array.from(answer[after.value]?.data as Float32Array));
      state = after.state.map((output) => vector(Float32Array.from(answer[output]?.data as Float32Array)));
      expect(farthest(value.data as Float32Array, expected, one.tolerance), `step ${step + 1}`).toBeLessThanOrEqual(1);
    }
    await session.release();
  });
});

const Weights = z.record(z.string(), Packed);

describe('epochs of the training loop', () => {
  it.each(named(operators.filter((one) => one.function === 'trainEpochs')))(
    '%s ends with the losses and weights of PyTorch',
    async (_, one) => {
      const { batch, optimiser } = z.object({ batch: z.number(), optimiser: OptimiserCase }).parse(one.params);
      const { x, y, order, start } = z
        .object({ x: Packed, y: Packed, order: z.array(Numbers), start: Weights })
        .parse(one.input);
      const { batchLosses, weights } = z.object({ batchLosses: Numbers, weights: Weights }).parse(one.expected);
      const parameters = Object.entries(start).map(([name, { shape }]) => ({ name, dims: shape, isDecayed: true }));
      const rows = x.shape[0] ?? 0;
      const classes = start['b2']?.shape[0] ?? 1;
      const network: TrainedGraph = {
        inputs: [{ dims: x.shape.slice(1) }],
        outputs: classes,
        parameters,
        forward(graph, [input = ''], nameOf) {
          const hidden = graph.add('Relu', [graph.add('Gemm', [input, nameOf('w1'), nameOf('b1')])]);
          return graph.add('Gemm', [hidden, nameOf('w2'), nameOf('b2')]);
        },
      };
      const { name, learningRate, weightDecay, ...rest } = optimiser;
      const options: EpochOptions = {
        network,
        loss: lossOfTask('multiclass'),
        batchRows: batch,
        isWeighted: false,
        optimiser: optimiserOf(name === 'nesterov' ? 'sgd' : name),
        optimiserParams: JSON.parse(JSON.stringify(rest)),
        weightDecay: weightDecay ?? 0,
        schedule: trainingSchedule('constant'),
        plan: { steps: 1, base: learningRate },
        clipNorm: null,
        clipValue: null,
      };
      const hot = new Float32Array(rows * classes);
      for (const [row, label] of y.data.entries()) hot[row * classes + Number(label)] = 1;
      const train: TrainingRows = {
        rows,
        inputs: [new Tensor('float32', Float32Array.from(x.data, Number), x.shape)],
        answers: new Tensor('float32', hot, [rows, classes]),
        weights: null,
      };
      const engine = await openOnnxEngine('cpu', { options, train, validation: train, threads: 1, stepThreads: 1 });
      const joined = joinFloats(Object.values(start).map(({ data }) => Float32Array.from(data, Number)));
      let state: Record<string, Float32Array> = Object.fromEntries(
        stateNames(options).map((key) => [key, new Float32Array(key === 'steps' ? 1 : joined.length)]),
      );
      state['parameters'] = joined;
      const losses: number[] = [];
      for (const epoch of order) {
        const after = await engine.run({ state, order: Int32Array.from(epoch), learningRate });
        state = after.state;
        losses.push(...after.losses);
      }
      await engine.release();
      expect(farthest(losses, batchLosses, one.tolerance)).toBeLessThanOrEqual(1);
      const ended = partParameters(network, state['parameters'] ?? joined);
      for (const [at, values] of Object.values(weights).entries())
        expect(farthest(ended[at] ?? [], values.data.map(Number), one.tolerance)).toBeLessThanOrEqual(1);
    },
  );
});

describe('dropout', () => {
  it.each(named(operators.filter((one) => one.function === 'dropoutGradient')))(
    '%s passes gradients through what was kept, scaled as it was',
    async (_, one) => {
      const { ratio } = z.object({ ratio: z.number() }).parse(one.params);
      const { x, mask, upstream } = z.object({ x: Packed, mask: Packed, upstream: Packed }).parse(one.input);
      const graph = new GraphBuilder();
      const isTraining = graph.add('Equal', [graph.float(1), graph.float(1)]);
      const [result = ''] = graph.addAll('Dropout', ['x', graph.float(ratio), isTraining], ['y', 'mask']);
      const [gradient = ''] = gradientsOf(graph, new Map([[result, 'upstream']]), ['x']);
      // The mask is given: generators of random numbers differ.
      graph.nodes.splice(
        graph.nodes.findIndex(({ opType }) => opType === 'Dropout'),
        1,
      );
      const session = await InferenceSession.create(
        modelBytes(
          graph.graph(
            'dropout',
            [makeValueInfo('mask', BOOL, mask.shape), makeValueInfo('upstream', FLOAT, upstream.shape)],
            [makeValueInfo(gradient, FLOAT, x.shape)],
          ),
        ),
      );
      const answer = await session.run({
        mask: new Tensor('bool', Uint8Array.from(mask.data, Number), mask.shape),
        upstream: new Tensor('float32', Float32Array.from(upstream.data, Number), upstream.shape),
      });
      await session.release();
      const expected = Packed.parse(one.expected['gradient']).data.map(Number);
      expect(farthest(answer[gradient]?.data as Float32Array, expected, one.tolerance)).toBeLessThanOrEqual(1);
    },
  );
});

const count = z.coerce.number();

function scheduleFrom(params: Readonly<Record<string, unknown>>): Schedule {
  const the = (name: string): number => count.parse(params[name]);
  switch (params['name']) {
    case 'constant':
      return constant();
    case 'step':
      return stepwise({ every: the('every'), factor: the('factor') });
    case 'multiStep':
      return multiStep({ at: Numbers.parse(params['at']), factor: the('factor') });
    case 'exponential':
      return exponential({ factor: the('factor') });
    case 'cosine':
      return cosineDecay({ steps: the('steps'), minimum: the('minimum') });
    case 'cosineRestarts':
      return cosineRestarts({ first: the('first'), growth: the('growth'), minimum: the('minimum') });
    case 'polynomial':
      return polynomial({ steps: the('steps'), power: the('power') });
    case 'linearWarmUp':
      return linearWarmUp({ steps: the('steps'), startFactor: the('startFactor') });
    case 'warmUpCosine':
      return warmUpCosine({
        warmUpSteps: the('warmUpSteps'),
        startFactor: the('startFactor'),
        steps: the('steps'),
        minimum: the('minimum'),
      });
    default:
      return oneCycle({
        maximum: the('maximum'),
        steps: the('steps'),
        warmUpShare: the('warmUpShare'),
        startDivisor: the('startDivisor'),
        endDivisor: the('endDivisor'),
        shape: params['shape'] === 'linear' ? 'linear' : 'cosine',
      });
  }
}

describe('schedules', () => {
  const schedules = [...cases, ...operators].filter((one) => one.function === 'schedule');
  it.each(named(schedules))('%s gives the same learning rates', (_, one) => {
    const expected = Numbers.parse(one.expected['learningRate']);
    if (one.params['name'] === 'onPlateau') {
      const plateau = z
        .object({ factor: z.number(), patience: z.number(), threshold: z.number(), minimum: z.number() })
        .parse(one.params);
      let state = { learningRate: 0.1, best: Number.POSITIVE_INFINITY, stale: 0 };
      const rates = Numbers.parse(one.input['metric']).map((metric) => {
        const { learningRate } = state;
        state = afterMetric(state, metric, plateau);
        return learningRate;
      });
      expect(farthest(rates, expected, one.tolerance)).toBeLessThanOrEqual(1);
      return;
    }
    const schedule = scheduleFrom(one.params);
    const rates = expected.map((_rate, step) => schedule(step, 0.1));
    expect(farthest(rates, expected, one.tolerance)).toBeLessThanOrEqual(1);
  });
});

describe('whole networks', () => {
  it.each(named(casesOf('networks.json')))(
    '%s: the loss and its gradient by every parameter agree with autograd',
    async (_, one) => {
      const { model, feeds } = z.object({ model: z.string(), feeds: z.record(z.string(), Packed) }).parse(one.input);
      const trained = z.array(z.string()).parse(one.params['trained']);
      const proto = fromBinary(ModelProtoSchema, await readFile(join(DATA, model.split('/').at(-1) ?? '')));
      const graph = new GraphBuilder('g_');
      graph.nodes.push(...(proto.graph?.node ?? []));
      graph.constants.push(...(proto.graph?.initializer ?? []));
      const shapes = new Map(Object.entries(feeds).map(([name, { shape }]) => [name, shape] as const));
      const gradients = differentiate(graph, 'loss', trained, shapes);
      // Batch normalisation in training mode has no forward pass in the runtime: then only what needs none is run.
      const outputs = gradients.map((name) => makeValueInfo(name, FLOAT, null));
      const isLossAsked = !graph.nodes.some(({ opType }) => opType === 'BatchNormalization');
      if (isLossAsked) outputs.push(makeValueInfo('loss', FLOAT, []));
      const inputs = Object.entries(feeds).map(([name, { type, shape }]) =>
        makeValueInfo(name, type === 'int64' ? INT64 : FLOAT, shape),
      );
      const session = await InferenceSession.create(modelBytes(graph.graph('network', inputs, outputs), 22), {
        logSeverityLevel: 3,
      });
      const answer = await session.run(
        Object.fromEntries(
          Object.entries(feeds).map(([name, { type, shape, data }]) => [
            name,
            type === 'int64'
              ? new Tensor(
                  'int64',
                  BigInt64Array.from(data, (value) => BigInt(Number(value))),
                  shape,
                )
              : new Tensor('float32', Float32Array.from(data, Number), shape),
          ]),
        ),
      );
      await session.release();
      if (isLossAsked)
        expect(
          farthest([Number(answer['loss']?.data[0])], [Number(one.expected['loss'])], one.tolerance),
        ).toBeLessThanOrEqual(1);
      const expected = z.record(z.string(), Packed).parse(one.expected['gradients']);
      for (const [index, name] of trained.entries())
        expect(
          farthest(
            answer[gradients[index] ?? '']?.data as Float32Array,
            expected[name]?.data.map(Number) ?? [],
            one.tolerance,
          ),
          name,
        ).toBeLessThanOrEqual(1);
    },
  );
});
