import type { Task } from '../../../shared/contract/models.ts';
import { BOOL, FLOAT, GraphBuilder, INT64, makeValueInfo, modelBytes } from '../onnx/graph-builder.ts';
import {
  biasName,
  forwardNodes,
  lossNodes,
  type NetworkShape,
  parameterDims,
  parameterNames,
} from './dense-network.ts';
import { differentiate } from './gradients/differentiate.ts';

const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

const biasRanks = (shape: NetworkShape, nameOf: (name: string) => string): Map<string, number> =>
  new Map(shape.sizes.slice(1).map((_, layer) => [nameOf(biasName(layer)), 1]));

/**
 * One call trains an epoch: a Loop whose body takes the next batch of a permutation, runs the network, its gradients and
 * one Adam step (Kingma and Ba 2015, decoupled weight decay as of Loshchilov and Hutter 2019), all as nodes.
 * Inputs: X [N, D], Y [N, outputs], S [N, 1] weights, order [N], trip, lr, and for each parameter p its value, its moments
 * m_p and v_p, and t. Outputs: the same state named out_*, and the mean loss of each step.
 */
export function epochModel(task: Task, shape: NetworkShape, batchRows: number, weightDecay: number): Uint8Array {
  const names = parameterNames(shape);
  const dims = parameterDims(shape);
  const state = [...names.flatMap((name) => [name, `m_${name}`, `v_${name}`]), 't'];
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
  // The scalar's own derivative is by rules; the mean's factor is a constant whose gradient nobody asks for.
  const gradients = differentiate(
    body,
    loss,
    names.map(inBody),
    new Map([...biasRanks(shape, inBody), [sum, 0], [loss, 0]]),
  );

  const one = body.float(1);
  const t = body.add('Add', [inBody('t'), one]);
  const correction = (beta: number): string => body.add('Sub', [one, body.add('Pow', [body.float(beta), t])]);
  const [c1, c2] = [correction(ADAM.beta1), correction(ADAM.beta2)];
  const outputs: string[] = [];
  const mixed = (old: string, fresh: string, beta: number): string =>
    body.add('Add', [body.add('Mul', [inBody(old), body.float(beta)]), body.add('Mul', [fresh, body.float(1 - beta)])]);
  for (const [index, name] of names.entries()) {
    const gradient = gradients[index] ?? '';
    const m = mixed(`m_${name}`, gradient, ADAM.beta1);
    const v = mixed(`v_${name}`, body.add('Mul', [gradient, gradient]), ADAM.beta2);
    const denominator = body.add('Add', [body.add('Sqrt', [body.add('Div', [v, c2])]), body.float(ADAM.epsilon)]);
    let step = body.add('Div', [body.add('Div', [m, c1]), denominator]);
    if (weightDecay > 0 && name.startsWith('W'))
      step = body.add('Add', [step, body.add('Mul', [inBody(name), body.float(weightDecay)])]);
    outputs.push(body.add('Sub', [inBody(name), body.add('Mul', ['lr', step])]), m, v);
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
    ...names.flatMap((name, index) =>
      ['', 'm_', 'v_'].map((kind) => makeValueInfo(`${prefix}${kind}${name}`, FLOAT, dims[index] ?? [])),
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
  const gradients = differentiate(graph, loss, names, new Map([...biasRanks(shape, (name) => name), [loss, 0]]));
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
