import { create } from '@bufbuild/protobuf';
import { type NodeProto, NodeProtoSchema } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { graft, nodesBetween } from '../onnx/graft-graph.ts';
import { FLOAT, GraphBuilder, makeAttribute, makeValueInfo, modelBytes } from '../onnx/graph-builder.ts';
import type { Backbone } from './backbone.ts';

/** Sides of an image that a network halves its way down from. */
const SIDE_STEP = 32;
/** Images are enlarged so many times, and to this side at least, before a network for larger ones looks at them. */
const [ENLARGED, SMALLEST_SIDE] = [3, 96];

/** Sums in which blocks with a way around them end, on the way to the features. */
const sumsOf = ({ graph, inputs, features }: Backbone): string[] => {
  const constants = new Set(graph.initializer.map(({ name }) => name));
  return nodesBetween(graph, inputs, [features])
    .filter(({ opType, input }) => opType === 'Add' && !input.some((name) => constants.has(name)))
    .map(({ output: [name = ''] }) => name);
};

/** Dimensions of values of a backbone for one image of a side; null where it does not run on that. */
async function dimensionsOf(backbone: Backbone, side: number, names: readonly string[]) {
  const graph = new GraphBuilder('probe_', ['image']);
  const values = graft(graph, backbone.graph, new Map([[backbone.input, 'image']]), names);
  const inputs = [makeValueInfo('image', FLOAT, [1, 3, side, side])];
  const outputs = values.map((name) => makeValueInfo(name, FLOAT, null));
  try {
    const session = await InferenceSession.create(modelBytes(graph.graph('probe', inputs, outputs), backbone.opset), {
      executionProviders: ['cpu'],
      logSeverityLevel: 4,
    });
    try {
      const answer = await session.run({
        image: new Tensor('float32', new Float32Array(3 * side * side), [1, 3, side, side]),
      });
      return values.map((name) => answer[name]?.dims ?? []);
    } finally {
      await session.release();
    }
  } catch {
    // The reason is the network's form, which is no fault: it is used at its own size.
    return null;
  }
}

/**
 * The side at which a backbone looks at images: its own, or a smaller one for images that are so small that they would only be
 * blown up, where the network gives as many features then.
 */
export async function lookingSide(backbone: Backbone, typicalSide: number): Promise<number> {
  const wanted = Math.max(SMALLEST_SIDE, SIDE_STEP * Math.ceil((ENLARGED * typicalSide) / SIDE_STEP));
  if (backbone.takesPixels || backbone.height !== backbone.width || wanted >= backbone.height) return backbone.height;
  const [small] = (await dimensionsOf(backbone, wanted, [backbone.features])) ?? [];
  const [own] = (await dimensionsOf(backbone, backbone.height, [backbone.features])) ?? [];
  return small !== undefined && small.join() === own?.join() ? wanted : backbone.height;
}

/**
 * The backbone with other features: beside its own the mean over the image of what each block with a way around it ends in. Early
 * blocks tell what small, plain pictures differ in, which the last layers have forgotten. As it was where there is no such block.
 */
export async function withPooledBlocks(backbone: Backbone, side: number): Promise<Backbone> {
  if (backbone.takesPixels) return backbone;
  const sums = sumsOf(backbone);
  const dims = (await dimensionsOf(backbone, side, sums)) ?? [];
  const pooled = sums.filter((_, index) => dims[index]?.length === 4);
  if (pooled.length === 0) return backbone;
  const taken = new Set(backbone.graph.node.flatMap(({ output }) => output));
  let prefix = 'pooled_blocks';
  while ([...taken].some((name) => name.startsWith(prefix))) prefix += '_';
  const flattened = (name: string, index: number): NodeProto => node('Flatten', [name], `${prefix}_flat_${index}`, 1);
  const means = pooled.flatMap((name, index) => [
    node('GlobalAveragePool', [name], `${prefix}_mean_${index}`),
    flattened(`${prefix}_mean_${index}`, index),
  ]);
  const own = flattened(backbone.features, pooled.length);
  const parts = [...pooled.keys(), pooled.length].map((index) => `${prefix}_flat_${index}`);
  return {
    ...backbone,
    features: prefix,
    graph: { ...backbone.graph, node: [...backbone.graph.node, ...means, own, node('Concat', parts, prefix, 1)] },
  };
}

const node = (opType: string, input: string[], output: string, axis?: number): NodeProto =>
  create(NodeProtoSchema, {
    opType,
    name: output,
    input,
    output: [output],
    attribute: axis === undefined ? [] : [makeAttribute('axis', axis)],
  });
