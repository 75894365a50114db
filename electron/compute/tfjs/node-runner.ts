import type { NodeProto, TensorProto } from 'onnx-buf';
import { AppError } from '../../../shared/errors.ts';
import { BOOL, FLOAT, type GraphBuilder, INT32, INT64 } from '../onnx/graph-builder.ts';
import { TENSOR_OPERATORS } from './tensor-operators.ts';
import type { TensorFlow, TfTensor } from './tensorflow.ts';

/**
 * Runs the nodes of an ONNX graph with TensorFlow.js, so that its own differentiation can look at them. Constants are held
 * until `release`; everything else lives as long as the tidy around the call. An operator it does not know is a
 * MODEL_INVALID that names node and operator, before anything runs.
 */
export class NodeRunner {
  readonly #tf: TensorFlow;
  readonly #nodes: readonly NodeProto[];
  readonly #constants = new Map<string, TfTensor>();
  readonly #whole = new Map<string, number[]>();

  constructor(tf: TensorFlow, graph: GraphBuilder, results: readonly string[]) {
    this.#tf = tf;
    this.#nodes = wanted(graph.nodes, results);
    for (const node of this.#nodes) {
      if (TENSOR_OPERATORS[node.opType]) continue;
      throw new AppError('MODEL_INVALID', {
        message: `Node "${node.name}": TensorFlow.js has no operator ${node.opType} here.`,
        remedy: 'Train with the engine `onnx`.',
      });
    }
    for (const constant of graph.constants) {
      const { values, type } = decoded(constant);
      if (type !== 'float32') this.#whole.set(constant.name, Array.from(values));
      this.#constants.set(constant.name, tf.keep(tf.tensor(values, constant.dims.map(Number), type)));
    }
  }

  /** Values by name: those given, and every node's result. */
  run(given: ReadonlyMap<string, TfTensor>): (name: string) => TfTensor {
    const values = new Map<string, TfTensor>([...this.#constants, ...given]);
    const named = (name: string): TfTensor => {
      const value = values.get(name);
      if (value === undefined) throw new AppError('MODEL_INVALID', { message: `Nothing makes the value "${name}".` });
      return value;
    };
    for (const node of this.#nodes) {
      const attribute = (name: string) => node.attribute.find((each) => each.name === name);
      const answer = TENSOR_OPERATORS[node.opType]?.({
        tf: this.#tf,
        node,
        at: (index) => named(node.input[index] ?? ''),
        has: (index) => (node.input[index] ?? '') !== '',
        whole: (index) => this.#whole.get(node.input[index] ?? '') ?? [],
        integer: (name, standard) => Number(attribute(name)?.i ?? standard),
        real: (name, standard) => attribute(name)?.f ?? standard,
      });
      for (const [index, result] of [answer ?? []].flat().entries()) values.set(node.output[index] ?? '', result);
    }
    return named;
  }

  release(): void {
    for (const constant of this.#constants.values()) constant.dispose();
    this.#constants.clear();
  }
}

/** The nodes that the results need, in order. */
function wanted(nodes: readonly NodeProto[], results: readonly string[]): NodeProto[] {
  const names = new Set(results);
  return nodes
    .toReversed()
    .filter((node) => {
      if (!node.output.some((output) => names.has(output))) return false;
      for (const input of node.input) names.add(input);
      return true;
    })
    .toReversed();
}

function decoded({ dataType, rawData, name }: TensorProto): {
  readonly values: Float32Array | Int32Array;
  readonly type: 'float32' | 'int32' | 'bool';
} {
  const bytes = rawData.slice().buffer;
  switch (dataType) {
    case FLOAT:
      return { values: new Float32Array(bytes), type: 'float32' };
    case INT32:
      return { values: new Int32Array(bytes), type: 'int32' };
    case INT64:
      return { values: Int32Array.from(new BigInt64Array(bytes), Number), type: 'int32' };
    case BOOL:
      return { values: Int32Array.from(new Uint8Array(bytes)), type: 'bool' };
    default:
      throw new AppError('MODEL_INVALID', { message: `The constant "${name}" has a type that is not known here.` });
  }
}
