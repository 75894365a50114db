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
 * lr, and the state by `stateNames`: vectors of all parameters' length, and the scalar steps. Outputs: the state named out_*,
 * and the mean loss of each step.
 */
export function epochModel(options: EpochOptions): Uint8Array {
  const { network, batchRows, isWeighted } = options;
  const state = stateNames(options);
  const count = parameterCount(network);
  const body = new GraphBuilder('step_');
  const inBody = (name: string): string => `before_${name}`;
  const rows = batchNodes(body, batchRows);
  const take = (name: string): string => body.add('Gather', [name, rows]);
  const inputs = network.inputs.map((_, index) => take(inputName(index)));
  const answers = take('Y');
  const parameters = partNodes(body, network, inBody('parameters'));
  const nameOf = (name: string): string => parameters.get(name) ?? name;
  const scores = network.forward(body, inputs, nameOf);
  let each = rowLosses(body, options.loss, options.loss.each(body, scores, answers, options.lossParams ?? {}), network);
  const shapes = new Map<string, readonly Dimension[]>([
    ...inputs.map((name, index) => [name, [batchRows, ...(network.inputs[index]?.dims ?? [])]] as const),
    [answers, [batchRows, network.outputs]],
    ...network.parameters.map(({ name, dims }) => [nameOf(name), dims] as const),
  ]);
  if (isWeighted) {
    const weights = take('S');
    shapes.set(weights, [batchRows, 1]);
    each = body.add('Mul', [each, weights]);
  }
  const loss = body.add('Mul', [body.add('ReduceSum', [each], { keepdims: 0 }), body.float(1 / batchRows)]);
  const after = stepNodes(body, options, { loss, shapes, nameOf, inBody });
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

/** Gradients, their clipping and the optimiser; answers the state after the step, in order. */
function stepNodes(
  graph: GraphBuilder,
  { network, optimiser, optimiserParams, weightDecay, schedule, plan, clipNorm, clipValue }: EpochOptions,
  names: {
    readonly loss: string;
    readonly shapes: ReadonlyMap<string, readonly Dimension[]>;
    nameOf(parameter: string): string;
    inBody(state: string): string;
  },
): string[] {
  const { parameters } = network;
  const parts = differentiate(
    graph,
    names.loss,
    parameters.map(({ name }) => names.nameOf(name)),
    names.shapes,
  );
  const joined = joinNodes(
    graph,
    parts,
    parameters.map(({ dims }) => dims),
  );
  let gradients = [joined];
  if (clipValue !== null) gradients = clippedByValue(graph, gradients, clipValue);
  if (clipNorm !== null) gradients = clippedByNorm(graph, gradients, clipNorm);
  const before = names.inBody('steps');
  const step = graph.add('Add', [before, graph.float(1)]);
  const isDecayed = parameters.flatMap((one) => Array<number>(sizeOf(one.dims)).fill(Number(one.isDecayed)));
  // Only AdamW parts the decay from the gradient.
  const decay = optimiser.name === 'adamw' ? { weightDecay } : { l2: weightDecay };
  const { value, state } = optimiser.step(
    {
      graph,
      value: names.inBody('parameters'),
      gradient: gradients[0] ?? '',
      state: optimiser.state(optimiserParams).map(names.inBody),
      learningRate: schedule.nodes(graph, before, 'lr', plan),
      step,
      ...(weightDecay === 0 || isDecayed.every((one) => one === 1) ? {} : { isDecayed: graph.floats(isDecayed) }),
      once: addedOnce(),
    },
    { ...optimiserParams, ...decay },
  );
  return [value, ...state, step];
}

/** The weighted loss of each row, [N, 1], for given parameters: X0, X1, .., Y, S where rows weigh differently, parameters. */
export function judgeModel({ network, loss, lossParams, isWeighted, opset }: EpochOptions): Uint8Array {
  const graph = new GraphBuilder('judge_');
  const parameters = partNodes(graph, network, 'parameters');
  const names = network.inputs.map((_, index) => inputName(index));
  const scores = network.forward(graph, names, (name) => parameters.get(name) ?? name);
  let each = rowLosses(graph, loss, loss.each(graph, scores, 'Y', lossParams ?? {}), network);
  if (isWeighted) each = graph.add('Mul', [each, 'S']);
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
