import {
  BOOL,
  type Dimension,
  FLOAT,
  GraphBuilder,
  INT32,
  INT64,
  makeValueInfo,
  modelBytes,
} from '../onnx/graph-builder.ts';
import { differentiate } from './gradients/differentiate.ts';
import { type Loss, type LossParams, rowLosses } from './losses/loss.ts';
import { clippedByNorm, clippedByValue } from './optimisers/clip-gradients.ts';
import { addedOnce, type Optimiser, type OptimiserParams } from './optimisers/optimiser.ts';
import type { SchedulePlan, TrainingSchedule } from './optimisers/training-schedules.ts';
import { drawName, type RowDraws } from './row-draws.ts';
import {
  inputName,
  inputType,
  joinNodes,
  parameterCount,
  partNodes,
  sizeOf,
  type TrainedGraph,
} from './trained-graph.ts';

export interface EpochOptions {
  readonly network: TrainedGraph;
  readonly loss: Loss;
  readonly lossParams?: LossParams;
  readonly batchRows: number;
  /** Whether rows weigh differently: the graph then takes S. */
  readonly isWeighted: boolean;
  readonly optimiser: Optimiser;
  readonly optimiserParams: OptimiserParams;
  /** Pulls the parameters that are meant for it to zero; 0 for none. */
  readonly weightDecay: number;
  readonly schedule: TrainingSchedule;
  readonly plan: SchedulePlan;
  /** Longest joint gradient; null for no bound. */
  readonly clipNorm: number | null;
  /** Largest element of a gradient; null for no bound. */
  readonly clipValue: number | null;
  readonly opset?: number;
  /** What is drawn anew for every row in each epoch; left out: nothing. */
  readonly draws?: RowDraws | null;
}

/** Names of the tensors that go from step to step: the parameters in one, the optimiser's memory of them, the steps so far. */
export const stateNames = ({ optimiser, optimiserParams }: EpochOptions): string[] => [
  'parameters',
  ...optimiser.state(optimiserParams),
  'steps',
];

/**
 * One call trains an epoch: a Loop whose body takes the next batch of a permutation, runs the network, its gradients and one
 * step of the optimiser, all as nodes. All parameters lie in one tensor, so that the optimiser is ten nodes and not ten a
 * parameter. Inputs: X0, X1, .. [N, ...], Y [N, outputs], S [N, 1] where rows weigh differently, order [N] (int32), trip, go,
 * lr, D0, D1, .. [N, ...] where something is drawn a row, and the state by `stateNames`: vectors of all parameters' length, and the scalar steps. Outputs: the state named out_*,
 * and the mean loss of each step.
 */
export function epochModel(options: EpochOptions): Uint8Array {
  const { network, batchRows, isWeighted, draws } = options;
  const state = stateNames(options);
  const count = parameterCount(network);
  const body = new GraphBuilder('step_');
  const inBody = (name: string): string => `before_${name}`;
  const rows = batchNodes(body, batchRows);
  const take = (name: string): string => body.add('Gather', [name, rows]);
  const taken = network.inputs.map((_, index) => take(inputName(index)));
  const drawn = draws?.inputs.map((_, index) => take(drawName(index))) ?? [];
  const inputs = draws ? draws.nodes(body, taken, drawn) : taken;
  const answers = take('Y');
  const weights = isWeighted ? take('S') : null;
  const { loss, gradient } = gradientNodes(body, options, {
    inputs,
    answers,
    weights,
    parameters: inBody('parameters'),
  });
  const after = updateNodes(body, options, { gradient, before: inBody });
  const goesOn = body.add('Identity', ['goes']);
  const dimsOf = (name: string): number[] => (name === 'steps' ? [] : [count]);
  const bodyGraph = body.graph(
    'step',
    [
      makeValueInfo('iteration', INT64, []),
      makeValueInfo('goes', BOOL, []),
      ...state.map((name) => makeValueInfo(inBody(name), FLOAT, dimsOf(name))),
    ],
    [
      makeValueInfo(goesOn, BOOL, []),
      ...after.map((name, index) => makeValueInfo(name, FLOAT, dimsOf(state[index] ?? ''))),
      makeValueInfo(loss, FLOAT, []),
    ],
  );
  const main = new GraphBuilder('epoch_');
  const outputs = [...state.map((name) => `out_${name}`), 'losses'];
  main.addAll('Loop', ['trip', 'go', ...state], outputs, { body: { graph: bodyGraph } });
  return modelBytes(
    main.graph(
      'epoch',
      [
        ...network.inputs.map((input, index) =>
          makeValueInfo(inputName(index), inputType(input), ['rows', ...input.dims]),
        ),
        ...(draws?.inputs ?? []).map(({ dims }, index) => makeValueInfo(drawName(index), FLOAT, ['rows', ...dims])),
        makeValueInfo('Y', FLOAT, ['rows', network.outputs]),
        ...(isWeighted ? [makeValueInfo('S', FLOAT, ['rows', 1])] : []),
        makeValueInfo('order', INT32, ['taken']),
        makeValueInfo('trip', INT64, []),
        makeValueInfo('go', BOOL, []),
        makeValueInfo('lr', FLOAT, []),
        ...state.map((name) => makeValueInfo(name, FLOAT, dimsOf(name))),
      ],
      [
        ...state.map((name) => makeValueInfo(`out_${name}`, FLOAT, dimsOf(name))),
        makeValueInfo('losses', FLOAT, ['taken steps']),
      ],
    ),
    options.opset,
  );
}

/** The numbers of this step's rows: the next part of the order. */
function batchNodes(graph: GraphBuilder, batchRows: number): string {
  const size = graph.integers([batchRows]);
  const from = graph.add('Mul', [graph.add('Reshape', ['iteration', graph.integers([1])]), size]);
  return graph.add('Slice', ['order', from, graph.add('Add', [from, size]), graph.integers([0])]);
}

/** Names of a batch in a graph, and of the one tensor of parameters. */
export interface BatchNames {
  readonly inputs: readonly string[];
  readonly answers: string;
  /** Null: all rows weigh the same. */
  readonly weights: string | null;
  readonly parameters: string;
}

/** A batch by the names that models and engines give it. */
export const namedBatch = ({ network, isWeighted }: EpochOptions): BatchNames => ({
  inputs: network.inputs.map((_, index) => inputName(index)),
  answers: 'Y',
  weights: isWeighted ? 'S' : null,
  parameters: 'parameters',
});

/** Adds the weighted loss of each row, [N, 1]; answers its name, and each parameter's. */
export function rowLossNodes(
  graph: GraphBuilder,
  { network, loss, lossParams }: EpochOptions,
  { inputs, answers, weights, parameters }: BatchNames,
): { readonly each: string; readonly names: readonly string[] } {
  const parted = partNodes(graph, network, parameters);
  const nameOf = (name: string): string => parted.get(name) ?? name;
  const scores = network.forward(graph, inputs, nameOf);
  const each = rowLosses(graph, loss, loss.each(graph, scores, answers, lossParams ?? {}), network);
  return {
    each: weights === null ? each : graph.add('Mul', [each, weights]),
    names: network.parameters.map(({ name }) => nameOf(name)),
  };
}

/** Adds the mean weighted loss of a batch; answers its name, and each parameter's. */
export function meanLossNodes(
  graph: GraphBuilder,
  options: EpochOptions,
  batch: BatchNames,
): { readonly mean: string; readonly names: readonly string[] } {
  const { each, names } = rowLossNodes(graph, options, batch);
  const sum = graph.add('ReduceSum', [each], { keepdims: 0 });
  return { mean: graph.add('Mul', [sum, graph.float(1 / options.batchRows)]), names };
}

/** Adds the mean loss of a batch and its gradient in all parameters, one tensor like theirs. */
function gradientNodes(
  graph: GraphBuilder,
  options: EpochOptions,
  batch: BatchNames,
): { readonly loss: string; readonly gradient: string } {
  const { network, batchRows } = options;
  const { mean, names } = meanLossNodes(graph, options, batch);
  const dims = network.parameters.map((parameter) => parameter.dims);
  const shapes = new Map<string, readonly Dimension[]>([
    ...batch.inputs.map((name, index) => [name, [batchRows, ...(network.inputs[index]?.dims ?? [])]] as const),
    [batch.answers, [batchRows, network.outputs]],
    ...(batch.weights === null ? [] : [[batch.weights, [batchRows, 1]] as const]),
    ...names.map((name, index) => [name, dims[index] ?? []] as const),
  ]);
  return { loss: mean, gradient: joinNodes(graph, differentiate(graph, mean, names, shapes), dims) };
}

/**
 * Adds clipping, schedule, weight decay and one step of the optimiser; answers the state after it, in order. `before` names
 * the state before it; the rate asked for is `lr`.
 */
export function updateNodes(
  graph: GraphBuilder,
  { network, optimiser, optimiserParams, weightDecay, schedule, plan, clipNorm, clipValue }: EpochOptions,
  { gradient, before }: { readonly gradient: string; before(state: string): string },
): string[] {
  let gradients = [gradient];
  if (clipValue !== null) gradients = clippedByValue(graph, gradients, clipValue);
  if (clipNorm !== null) gradients = clippedByNorm(graph, gradients, clipNorm);
  const step = graph.add('Add', [before('steps'), graph.float(1)]);
  const isDecayed = network.parameters.flatMap((one) => Array<number>(sizeOf(one.dims)).fill(Number(one.isDecayed)));
  // Only AdamW parts the decay from the gradient.
  const decay = optimiser.name === 'adamw' ? { weightDecay } : { l2: weightDecay };
  const { value, state } = optimiser.step(
    {
      graph,
      value: before('parameters'),
      gradient: gradients[0] ?? '',
      state: optimiser.state(optimiserParams).map(before),
      learningRate: schedule.nodes(graph, before('steps'), 'lr', plan),
      step,
      ...(weightDecay === 0 || isDecayed.every((one) => one === 1) ? {} : { isDecayed: graph.floats(isDecayed) }),
      once: addedOnce(),
    },
    { ...optimiserParams, ...decay },
  );
  return [value, ...state, step];
}

/** The weighted loss of each row, [N, 1], for given parameters: X0, X1, .., Y, S where rows weigh differently, parameters. */
export function judgeModel(options: EpochOptions): Uint8Array {
  const { network, isWeighted, opset } = options;
  const graph = new GraphBuilder('judge_');
  const { each } = rowLossNodes(graph, options, namedBatch(options));
  return modelBytes(
    graph.graph(
      'judge',
      [
        ...network.inputs.map((input, index) =>
          makeValueInfo(inputName(index), inputType(input), ['rows', ...input.dims]),
        ),
        makeValueInfo('Y', FLOAT, ['rows', network.outputs]),
        ...(isWeighted ? [makeValueInfo('S', FLOAT, ['rows', 1])] : []),
        makeValueInfo('parameters', FLOAT, [parameterCount(network)]),
      ],
      [makeValueInfo(each, FLOAT, ['rows', 1])],
    ),
    opset,
  );
}
