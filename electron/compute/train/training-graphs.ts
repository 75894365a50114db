import type { Task } from '../../../shared/contract/models.ts';
import { BOOL, type Dimension, FLOAT, GraphBuilder, INT64, makeValueInfo, modelBytes } from '../onnx/graph-builder.ts';
import { forwardNodes, lossNodes, type NetworkShape, parameterDims, parameterNames } from './dense-network.ts';
import { differentiate } from './gradients/differentiate.ts';
import { addedOnce, type Optimiser, type OptimiserParams } from './optimisers/optimiser.ts';

/** Shapes of a batch and of the parameters, known before anything runs. */
const knownShapes = (
  shape: NetworkShape,
  [x, y, weights]: readonly [string, string, string],
  nameOf = (name: string) => name,
) =>
  new Map<string, readonly Dimension[]>([
    [x, ['rows', shape.sizes[0] ?? 0]],
    [y, ['rows', shape.sizes.at(-1) ?? 1]],
    [weights, ['rows', 1]],
    ...parameterNames(shape).map((name, index) => [nameOf(name), parameterDims(shape)[index] ?? []] as const),
  ]);

export interface EpochOptions {
  readonly task: Task;
  readonly shape: NetworkShape;
  readonly batchRows: number;
  readonly optimiser: Optimiser;
  readonly optimiserParams: OptimiserParams;
  /** Pulls weights, not biases, to zero. */
  readonly weightDecay: number;
}

/** Names of a parameter's value and of what the optimiser remembers of it. */
export const stateNames = ({ shape, optimiser, optimiserParams }: EpochOptions): string[][] =>
  parameterNames(shape).map((name) => [name, ...optimiser.state(optimiserParams).map((kind) => `${kind}_${name}`)]);

/**
 * One call trains an epoch: a Loop whose body takes the next batch of a permutation, runs the network, its gradients and
 * one step of the optimiser, all as nodes. Inputs: X [N, D], Y [N, outputs], S [N, 1] weights, order [N], trip, lr, each
 * parameter's value and memory by `stateNames`, and t, the steps so far. Outputs: the same state named out_*, and the mean
 * loss of each step.
 */
export function epochModel(options: EpochOptions): Uint8Array {
  const { task, shape, batchRows, optimiser, optimiserParams, weightDecay } = options;
  const names = parameterNames(shape);
  const dims = parameterDims(shape);
  const perParameter = stateNames(options);
  const state = [...perParameter.flat(), 't'];
  const inBody = (name: string): string => `s_${name}`;
  const body = new GraphBuilder('step_');
  const at = body.add('Mul', [body.add('Reshape', ['iteration', body.integers([1])]), body.integers([batchRows])]);
  const rows = body.add('Slice', ['order', at, body.add('Add', [at, body.integers([batchRows])]), body.integers([0])]);
  const [x, y, weights] = [
    body.add('Gather', ['X', rows]),
    body.add('Gather', ['Y', rows]),
    body.add('Gather', ['S', rows]),
  ];
  const sum = lossNodes(body, task, forwardNodes(body, x, shape, inBody), y, weights);
  const loss = body.add('Mul', [sum, body.float(1 / batchRows)]);
  const gradients = differentiate(body, loss, names.map(inBody), knownShapes(shape, [x, y, weights], inBody));

  const t = body.add('Add', [inBody('t'), body.float(1)]);
  const once = addedOnce();
  const outputs: string[] = [];
  for (const [index, [name = '', ...memory]] of perParameter.entries()) {
    // Only AdamW parts the decay from the gradient.
    const isDecayed = name.startsWith('W') && weightDecay > 0;
    const decay =
      optimiser.name === 'adamw' ? { weightDecay: isDecayed ? weightDecay : 0 } : { l2: isDecayed ? weightDecay : 0 };
    const after = optimiser.step(
      {
        graph: body,
        value: inBody(name),
        gradient: gradients[index] ?? '',
        state: memory.map(inBody),
        learningRate: 'lr',
        step: t,
        once,
      },
      { ...optimiserParams, ...decay },
    );
    outputs.push(after.value, ...after.state);
  }
  outputs.push(t);
  const goesOn = body.add('Identity', ['goes']);
  const bodyGraph = body.graph(
    'step',
    [
      makeValueInfo('iteration', INT64, []),
      makeValueInfo('goes', BOOL, []),
      ...state.map((name) => makeValueInfo(inBody(name), FLOAT, null)),
    ],
    [
      makeValueInfo(goesOn, BOOL, []),
      ...outputs.map((name) => makeValueInfo(name, FLOAT, null)),
      makeValueInfo(loss, FLOAT, []),
    ],
  );
  const main = new GraphBuilder('epoch_');
  main.add('Loop', ['trip', 'go', ...state], { body: { graph: bodyGraph } }, { output: `out_${state[0]}` });
  main.nodes[0]?.output.push(...state.slice(1).map((name) => `out_${name}`), 'losses');
  const width = shape.sizes[0] ?? 0;
  const answers = shape.sizes.at(-1) ?? 1;
  const stateInfo = (prefix: string) => [
    ...perParameter.flatMap((kinds, index) =>
      kinds.map((kind) => makeValueInfo(`${prefix}${kind}`, FLOAT, dims[index] ?? [])),
    ),
    makeValueInfo(`${prefix}t`, FLOAT, []),
  ];
  return modelBytes(
    main.graph(
      'epoch',
      [
        makeValueInfo('X', FLOAT, ['N', width]),
        makeValueInfo('Y', FLOAT, ['N', answers]),
        makeValueInfo('S', FLOAT, ['N', 1]),
        makeValueInfo('order', INT64, ['N']),
        makeValueInfo('trip', INT64, []),
        makeValueInfo('go', BOOL, []),
        makeValueInfo('lr', FLOAT, []),
        ...stateInfo(''),
      ],
      [...stateInfo('out_'), makeValueInfo('losses', FLOAT, ['steps'])],
    ),
  );
}

/** Raw scores of a network whose parameters are inputs: X to `scores`. */
export function forwardModel(shape: NetworkShape): Uint8Array {
  const graph = new GraphBuilder('forward_');
  const scores = forwardNodes(graph, 'X', shape);
  return modelBytes(
    graph.graph(
      'forward',
      [makeValueInfo('X', FLOAT, ['N', shape.sizes[0] ?? 0]), ...parameterInfo(shape)],
      [makeValueInfo(scores, FLOAT, ['N', shape.sizes.at(-1) ?? 1])],
    ),
  );
}

/** Summed loss over all rows and its gradient: inputs X, Y, S and the parameters; outputs the loss, then gradients in order. */
export function lossAndGradientModel(
  task: Task,
  shape: NetworkShape,
): { readonly bytes: Uint8Array; readonly outputs: readonly string[] } {
  const graph = new GraphBuilder('whole_');
  const loss = lossNodes(graph, task, forwardNodes(graph, 'X', shape), 'Y', 'S');
  const names = parameterNames(shape);
  const gradients = differentiate(graph, loss, names, knownShapes(shape, ['X', 'Y', 'S']));
  const dims = parameterDims(shape);
  const answers = shape.sizes.at(-1) ?? 1;
  return {
    bytes: modelBytes(
      graph.graph(
        'loss-and-gradient',
        [
          makeValueInfo('X', FLOAT, ['N', shape.sizes[0] ?? 0]),
          makeValueInfo('Y', FLOAT, ['N', answers]),
          makeValueInfo('S', FLOAT, ['N', 1]),
          ...parameterInfo(shape),
        ],
        [
          makeValueInfo(loss, FLOAT, []),
          ...gradients.map((name, index) => makeValueInfo(name, FLOAT, dims[index] ?? [])),
        ],
      ),
    ),
    outputs: [loss, ...gradients],
  };
}

const parameterInfo = (shape: NetworkShape) =>
  parameterNames(shape).map((name, index) => makeValueInfo(name, FLOAT, parameterDims(shape)[index] ?? []));
