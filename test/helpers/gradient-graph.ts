import { InferenceSession, Tensor } from 'onnxruntime-node';
import {
  type AttributeValue,
  BOOL,
  FLOAT,
  GraphBuilder,
  INT64,
  makeValueInfo,
  modelBytes,
} from '../../electron/compute/onnx/graph-builder.ts';
import { gradientsOf } from '../../electron/compute/train/gradients/differentiate.ts';

export interface Values {
  readonly type: 'float32' | 'int64' | 'bool';
  readonly shape: readonly number[];
  readonly data: readonly (number | boolean)[];
}

/** One node on its own: what it is given, and the gradients of its results (null: the result has none). */
export interface NodeUnderTest {
  readonly operator: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Inputs in order; null where an optional one is left out. */
  readonly slots: readonly (Values | null)[];
  readonly upstream: readonly (Values | null)[];
  readonly opset: number;
}

export interface Ran {
  readonly outputs: readonly Float32Array[];
  /** By slot; null where no gradient was asked for. */
  readonly gradients: readonly (Float32Array | null)[];
}

export const TYPES = { float32: FLOAT, int64: INT64, bool: BOOL } as const;
const REAL_ATTRIBUTES = new Set(['alpha', 'beta', 'gamma', 'epsilon', 'momentum', 'lambd', 'bias']);

export function tensorOf({ type, shape, data }: Values): Tensor {
  if (type === 'float32') return new Tensor('float32', Float32Array.from(data, Number), shape);
  if (type === 'int64')
    return new Tensor(
      'int64',
      BigInt64Array.from(data, (value) => BigInt(Number(value))),
      shape,
    );
  return new Tensor(
    'bool',
    Uint8Array.from(data, (value) => Number(value)),
    shape,
  );
}

export function attributeOf(name: string, value: unknown): AttributeValue {
  if (typeof value === 'number') return REAL_ATTRIBUTES.has(name) ? { real: value } : value;
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(Number);
  throw new Error(`no attribute: ${name}`);
}

/**
 * Builds the node and its gradients as one graph and runs it. `wanted` are the slots whose gradient is asked for; with
 * `knowsShapes` the differentiation is told the inputs' shapes, without it finds them when it runs.
 */
export async function runGradient(
  node: NodeUnderTest,
  options: { readonly wanted: readonly number[]; readonly knowsShapes: boolean; readonly withOutputs: boolean },
): Promise<Ran> {
  const graph = new GraphBuilder('g_');
  const feeds: Record<string, Tensor> = {};
  const inputs: { name: string; values: Values }[] = [];
  const feed = (name: string, values: Values): string => {
    feeds[name] = tensorOf(values);
    inputs.push({ name, values });
    return name;
  };
  const slots = node.slots.map((values, index) => (values === null ? '' : feed(`x${index}`, values)));
  while (slots.at(-1) === '') slots.pop();
  const attributes = Object.fromEntries(
    Object.entries(node.attributes).map(([name, value]) => [name, attributeOf(name, value)]),
  );
  graph.add(node.operator, slots, attributes, { output: 'y0' });
  const results = node.upstream.map((_, index) => `y${index}`);
  graph.nodes[0]?.output.push(...results.slice(1));
  const upstream = new Map(
    node.upstream.flatMap((values, index) =>
      values === null ? [] : [[`y${index}`, feed(`u${index}`, values)] as const],
    ),
  );
  const shapes = new Map(options.knowsShapes ? inputs.map(({ name, values }) => [name, values.shape] as const) : []);
  const gradients = gradientsOf(
    graph,
    upstream,
    options.wanted.map((index) => `x${index}`),
    shapes,
  );
  const used = options.withOutputs ? results.filter((_, index) => node.upstream[index] !== null) : [];
  // A gradient may be one of the inputs itself: every output gets a name of its own.
  const named = [...used, ...gradients].map((name, index) =>
    graph.add('Identity', [name], {}, { output: `o${index}` }),
  );
  const built = graph.graph(
    'gradient',
    inputs.map(({ name, values }) => makeValueInfo(name, TYPES[values.type], values.shape)),
    named.map((name) => makeValueInfo(name, FLOAT, null)),
  );
  const session = await InferenceSession.create(modelBytes(built, node.opset), {
    executionProviders: ['cpu'],
    logSeverityLevel: 3,
  });
  try {
    const answer = await session.run(feeds);
    const data = named.map((name) => Float32Array.from(answer[name]?.data as Float32Array));
    const bySlot: (Float32Array | null)[] = node.slots.map(() => null);
    for (const [at, index] of options.wanted.entries()) bySlot[index] = data[used.length + at] ?? null;
    return { outputs: data.slice(0, used.length), gradients: bySlot };
  } finally {
    await session.release();
  }
}
