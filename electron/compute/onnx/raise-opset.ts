import { clone, create } from '@bufbuild/protobuf';
import { type GraphProto, GraphProtoSchema, type ModelProto, type NodeProto, NodeProtoSchema } from 'onnx-buf';
import { AppError } from '../../../shared/errors.ts';
import { GraphBuilder, makeAttribute } from './graph-builder.ts';

/** The version of the standard operators that a model asks for; undefined where it says none. */
export function opsetOf({ opsetImport }: Pick<ModelProto, 'opsetImport'>): number | undefined {
  const standard = opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  return standard && Number(standard.version);
}

interface Change {
  /** The version of the opset in which the operator got its new form. */
  readonly since: number;
  readonly operators: readonly string[];
  /** Changes the node; constants it needs, and nodes before and after it, go into `graph`. */
  apply(node: NodeProto, graph: GraphBuilder): void;
}

const take = (node: NodeProto, name: string) => {
  const at = node.attribute.findIndex((one) => one.name === name);
  return at < 0 ? undefined : node.attribute.splice(at, 1)[0];
};

/** A list of whole numbers that was an attribute becomes an input. */
const toInput =
  (name: string, position: number) =>
  (node: NodeProto, graph: GraphBuilder): void => {
    const attribute = take(node, name);
    if (!attribute) return;
    while (node.input.length < position) node.input.push('');
    node.input[position] = graph.integers(attribute.ints.map(Number));
  };

const refuse = (node: NodeProto, what: string): never => {
  throw new AppError('MODEL_INVALID', {
    message: `Node "${node.name}": ${node.opType} ${what} cannot be brought to a newer opset.`,
    remedy: 'Save the model with opset 18 or later.',
  });
};

/** What changed of operators that models hold, oldest first. Others kept their form. */
const CHANGES: readonly Change[] = [
  { since: 10, operators: ['Upsample'], apply: (node) => refuse(node, 'of an opset before 10') },
  {
    since: 10,
    operators: ['Slice'],
    apply(node, graph) {
      const [starts, ends, axes] = ['starts', 'ends', 'axes'].map((name) => take(node, name)?.ints.map(Number));
      node.input.push(graph.integers(starts ?? []), graph.integers(ends ?? []));
      if (axes) node.input.push(graph.integers(axes));
    },
  },
  { since: 11, operators: ['Resize'], apply: (node) => refuse(node, 'of an opset before 11') },
  {
    since: 11,
    operators: ['Clip'],
    apply(node, graph) {
      const [low, high] = ['min', 'max'].map((name) => take(node, name)?.f);
      node.input.push(low === undefined ? '' : graph.float(low), high === undefined ? '' : graph.float(high));
    },
  },
  {
    since: 11,
    operators: ['Pad'],
    apply(node, graph) {
      const [pads, value] = [take(node, 'pads')?.ints.map(Number) ?? [], take(node, 'value')?.f ?? 0];
      node.input.push(graph.integers(pads), graph.float(value));
    },
  },
  {
    since: 12,
    operators: ['Dropout'],
    apply(node) {
      // A model that answers drops nothing.
      node.opType = 'Identity';
      node.attribute = [];
      node.input = node.input.slice(0, 1);
      node.output = node.output.slice(0, 1);
    },
  },
  { since: 13, operators: ['Squeeze', 'Unsqueeze', 'ReduceSum'], apply: toInput('axes', 1) },
  { since: 13, operators: ['Split'], apply: toInput('split', 1) },
  {
    since: 13,
    operators: ['Softmax', 'LogSoftmax', 'Hardmax'],
    apply(node, graph) {
      const axis = Number(take(node, 'axis')?.i ?? 1n);
      node.attribute.push(makeAttribute('axis', -1));
      if (axis === -1) return;
      // Before, all axes from this one on were one: they are made one, and apart again.
      const [given = '', answer = ''] = [node.input[0], node.output[0]];
      const shape = graph.add('Shape', [given]);
      node.input = [graph.add('Flatten', [given], { axis })];
      node.output = [graph.fresh()];
      graph.add('Reshape', [...node.output, shape], {}, { output: answer });
    },
  },
  {
    since: 14,
    operators: ['BatchNormalization'],
    apply(node) {
      take(node, 'spatial');
      node.output = node.output.slice(0, 1);
    },
  },
  {
    since: 18,
    operators: [
      ...['ReduceMax', 'ReduceMin', 'ReduceMean', 'ReduceProd', 'ReduceL1', 'ReduceL2'],
      ...['ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare'],
    ],
    apply: toInput('axes', 1),
  },
  {
    since: 18,
    operators: ['Split'],
    apply(node) {
      if (node.input.length < 2 || node.input[1] === '') {
        node.input = node.input.slice(0, 1);
        node.attribute.push(makeAttribute('num_outputs', node.output.length));
      }
    },
  },
];

/**
 * The graph with its nodes in the form of a later opset, sub-graphs too. Throws MODEL_INVALID for an operator whose old form
 * has no equal.
 */
export function raiseOpset(graph: GraphProto, from: number, to: number): GraphProto {
  const raised = clone(GraphProtoSchema, graph);
  const taken = new Set<string>([
    ...raised.initializer.map(({ name }) => name),
    ...raised.input.map(({ name }) => name),
    ...raised.node.flatMap(({ output }) => output),
  ]);
  const added = new GraphBuilder('raised_', taken);
  const changes = CHANGES.filter(({ since }) => since > from && since <= to);
  const walk = (inside: GraphProto): void => {
    inside.node = inside.node.flatMap((node) => {
      for (const attribute of node.attribute) if (attribute.g) walk(attribute.g);
      if (node.domain !== '' && node.domain !== 'ai.onnx') return [node];
      const changed = create(NodeProtoSchema, { ...node });
      for (const change of changes) if (change.operators.includes(changed.opType)) change.apply(changed, added);
      const around = added.nodes.splice(0);
      const follows = ({ input }: NodeProto): boolean => input.some((name) => changed.output.includes(name));
      return [...around.filter((one) => !follows(one)), changed, ...around.filter(follows)];
    });
  };
  walk(raised);
  raised.initializer.push(...added.constants);
  return raised;
}
