import type { Task } from '../../../../shared/contract/models.ts';
import {
  BOOL,
  type Dimension,
  FLOAT,
  GraphBuilder,
  INT64,
  makeValueInfo,
  modelBytes,
} from '../../onnx/graph-builder.ts';
import { IMAGE_OPSET } from '../../onnx/image-opset.ts';
import { lossNodes } from '../dense-network.ts';
import { differentiate } from '../gradients/differentiate.ts';
import { addedOnce, type Optimiser, type OptimiserParams } from '../optimisers/optimiser.ts';
import { type Augmentation, augmentNodes } from './augmentation.ts';
import type { TrainableGraph } from './trainable-graph.ts';

export interface GraphEpochOptions {
  readonly task: Task;
  readonly network: TrainableGraph;
  readonly batchRows: number;
  readonly optimiser: Optimiser;
  readonly optimiserParams: OptimiserParams;
  readonly weightDecay: number;
  /** Changes to the first input, an image [channels, height, width], drawn anew each epoch; null for none. */
  readonly augmentation: Augmentation | null;
}

const inputName = (index: number): string => `X${index}`;

/** Names of a parameter's value and of what the optimiser remembers of it. */
export const graphStateNames = ({ network, optimiser, optimiserParams }: GraphEpochOptions): string[][] =>
  network.parameters.map(({ name }) => [name, ...optimiser.state(optimiserParams).map((kind) => `${kind}/${name}`)]);

/**
 * One call trains an epoch of any network, as `epochModel` does for dense ones. Inputs: X0, X1, .. [N, ...], Y [N, outputs],
 * S [N, 1], order [N], trip, go, lr, with augmentation `moves` [N, 2, 3] and `lights` [N, 2], then each parameter's value
 * and memory and the steps so far, t. Outputs: the state named out_*, and the mean loss of each step.
 */
export function graphEpochModel(options: GraphEpochOptions): Uint8Array {
  const { task, network, batchRows, optimiser, optimiserParams, weightDecay, augmentation } = options;
  const perParameter = graphStateNames(options);
  const state = [...perParameter.flat(), 't'];
  const inBody = (name: string): string => `s_${name}`;
  const body = new GraphBuilder('step_');
  const at = body.add('Mul', [body.add('Reshape', ['iteration', body.integers([1])]), body.integers([batchRows])]);
  const rows = body.add('Slice', ['order', at, body.add('Add', [at, body.integers([batchRows])]), body.integers([0])]);
  const take = (name: string): string => body.add('Gather', [name, rows]);
  const taken = network.inputs.map((_, index) => take(inputName(index)));
  const [first = '', ...others] = taken;
  const dims = network.inputs[0] ?? [];
  const changed =
    augmentation === null ? first : augmentNodes(body, first, dims, { moves: take('moves'), lights: take('lights') });
  const [y, weights] = [take('Y'), take('S')];
  const scores = network.forward(body, [changed, ...others], inBody);
  const loss = body.add('Mul', [lossNodes(body, task, scores, y, weights), body.float(1 / batchRows)]);
  const shapes = new Map<string, readonly Dimension[]>([
    ...[changed, ...others].map((name, index) => [name, [batchRows, ...(network.inputs[index] ?? [])]] as const),
    [y, [batchRows, network.outputs]],
    [weights, [batchRows, 1]],
    ...network.parameters.map((parameter) => [inBody(parameter.name), parameter.dims] as const),
  ]);
  const gradients = differentiate(
    body,
    loss,
    network.parameters.map(({ name }) => inBody(name)),
    shapes,
  );
  const t = body.add('Add', [inBody('t'), body.float(1)]);
  const once = addedOnce();
  const outputs: string[] = [];
  for (const [index, [name = '', ...memory]] of perParameter.entries()) {
    const decayed = network.parameters[index]?.isDecayed === true ? weightDecay : 0;
    const decay = optimiser.name === 'adamw' ? { weightDecay: decayed } : { l2: decayed };
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
  const stateInfo = (prefix: string) => [
    ...perParameter.flatMap((kinds, index) =>
      kinds.map((kind) => makeValueInfo(`${prefix}${kind}`, FLOAT, network.parameters[index]?.dims ?? [])),
    ),
    makeValueInfo(`${prefix}t`, FLOAT, []),
  ];
  return modelBytes(
    main.graph(
      'epoch',
      [
        ...network.inputs.map((shape, index) => makeValueInfo(inputName(index), FLOAT, ['N', ...shape])),
        makeValueInfo('Y', FLOAT, ['N', network.outputs]),
        makeValueInfo('S', FLOAT, ['N', 1]),
        makeValueInfo('order', INT64, ['N']),
        makeValueInfo('trip', INT64, []),
        makeValueInfo('go', BOOL, []),
        makeValueInfo('lr', FLOAT, []),
        ...(augmentation === null
          ? []
          : [makeValueInfo('moves', FLOAT, ['N', 2, 3]), makeValueInfo('lights', FLOAT, ['N', 2])]),
        ...stateInfo(''),
      ],
      [...stateInfo('out_'), makeValueInfo('losses', FLOAT, ['steps'])],
    ),
    IMAGE_OPSET,
  );
}

/** Raw scores of a network whose parameters are inputs: X0, X1, .. to `scores`. */
export function graphForwardModel(network: TrainableGraph): Uint8Array {
  const graph = new GraphBuilder('forward_');
  const names = network.inputs.map((_, index) => inputName(index));
  const scores = network.forward(graph, names, (name) => name);
  return modelBytes(
    graph.graph(
      'forward',
      [
        ...network.inputs.map((shape, index) => makeValueInfo(inputName(index), FLOAT, ['N', ...shape])),
        ...network.parameters.map(({ name, dims }) => makeValueInfo(name, FLOAT, dims)),
      ],
      [makeValueInfo(scores, FLOAT, ['N', network.outputs])],
    ),
    IMAGE_OPSET,
  );
}
