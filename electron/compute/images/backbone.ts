import { readFile } from 'node:fs/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { type GraphProto, ModelProtoSchema, type NodeProto, type ValueInfoProto } from 'onnx-buf';
import { AppError } from '../../../shared/errors.ts';
import { graft, nodesBetween } from '../onnx/graft-graph.ts';
import { FLOAT, type GraphBuilder } from '../onnx/graph-builder.ts';
import { IMAGE_OPSET } from '../onnx/image-opset.ts';
import { raiseOpset } from '../onnx/raise-opset.ts';
import { PIXEL_INPUT } from './pixel-nodes.ts';

const WEIGHTED = new Set(['Conv', 'Gemm', 'MatMul', 'ConvTranspose']);
/** Side of images where the model leaves it open. */
const OPEN_SIDE = 224;

/** A model for images, cut where its features are. */
export interface Backbone {
  readonly graph: GraphProto;
  readonly opset: number;
  /** Name of the image in the graph, [N, 3, height, width], or pixels where `takesPixels`. */
  readonly input: string;
  readonly height: number;
  readonly width: number;
  /** A model that was trained here: it takes pixels [N, h, w, 3] of 8 bits and resizes and scales them itself. */
  readonly takesPixels: boolean;
  /** Name of the features in the graph. */
  readonly features: string;
}

const invalid = (name: string, what: string): AppError =>
  new AppError('MODEL_INVALID', {
    message: `${name}: ${what}`,
    remedy: 'Choose a model that takes images [N, 3, height, width] as floats, or one that was trained on images here.',
    kept: 'No model was made.',
  });

/**
 * Reads a model and finds where its features are: the result that is named, else an output called features, else what the
 * last layer before the answer is given. Throws MODEL_INVALID when it takes no images, INVALID_ARGUMENT for an unknown name.
 */
export async function readBackbone(
  { path, name }: { readonly path: string; readonly name: string },
  features: string | undefined,
): Promise<Backbone> {
  const model = fromBinary(ModelProtoSchema, await readFile(path));
  if (!model.graph) throw invalid(name, 'it holds no graph.');
  const opset = Number(model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0n);
  const to = Math.max(opset, IMAGE_OPSET);
  const graph = raiseOpset(model.graph, opset, to);
  const initialised = new Set(graph.initializer.map((tensor) => tensor.name));
  const inputs = graph.input.filter((input) => !initialised.has(input.name));
  const [input] = inputs;
  if (inputs.length !== 1 || !input) throw invalid(name, `it takes ${inputs.length} inputs, not one image.`);
  const form = imageForm(input);
  if (!form) throw invalid(name, `its input "${input.name}" is no image.`);
  return { graph, opset: to, input: input.name, ...form, features: featuresOf(graph, features, name) };
}

function imageForm(input: ValueInfoProto): Pick<Backbone, 'height' | 'width' | 'takesPixels'> | undefined {
  const type = input.type?.value;
  if (type?.case !== 'tensorType') return undefined;
  const dims = (type.value.shape?.dim ?? []).map(({ value }) =>
    value.case === 'dimValue' && value.value > 0n ? Number(value.value) : -1,
  );
  if (dims.length !== 4) return undefined;
  const [, channels = -1, height = -1, width = -1] = dims;
  if (type.value.elemType !== FLOAT)
    return input.name === PIXEL_INPUT && dims[3] === 3 ? { height: -1, width: -1, takesPixels: true } : undefined;
  if (channels !== 3) return undefined;
  const side = (length: number): number => (length > 0 ? length : OPEN_SIDE);
  return { height: side(height), width: side(width), takesPixels: false };
}

function featuresOf(graph: GraphProto, asked: string | undefined, name: string): string {
  const results = new Set(graph.node.flatMap(({ output }) => output));
  if (asked !== undefined) {
    if (results.has(asked)) return asked;
    throw new AppError('INVALID_ARGUMENT', {
      message: `${name} has no result "${asked}".`,
      remedy: `Its outputs: ${graph.output.map((output) => output.name).join(', ')}. Leave it out to find the last features.`,
    });
  }
  const named = graph.output.find((output) => /^(features?|embeddings?|pooled)$/i.test(output.name));
  if (named) return named.name;
  const answer = graph.output.find((output) => /prob|logit|score/i.test(output.name)) ?? graph.output[0];
  const last = nodesBetween(graph, [], answer ? [answer.name] : [])
    .toReversed()
    .find((node) => WEIGHTED.has(node.opType));
  const before = last?.input[0];
  if (last && before !== undefined && last.opType !== 'Conv' && results.has(before)) return before;
  throw invalid(name, 'no layer before its answer is found whose input could be the features.');
}

/** Adds the way from an image to the features; answers their name. */
export const featureNodes = (builder: GraphBuilder, { graph, input, features }: Backbone, image: string): string =>
  graft(builder, graph, new Map([[input, image]]), [features])[0] ?? features;

/** Layers with weights on the way to the features, the first one first: their node and the names of their weights. */
export function weightedLayers({ graph, input, features }: Backbone): { node: NodeProto; weights: string[] }[] {
  const constants = new Set(graph.initializer.map(({ name }) => name));
  return nodesBetween(graph, [input], [features]).flatMap((node) => {
    const isLayer = WEIGHTED.has(node.opType) || node.opType === 'BatchNormalization';
    // Mean and variance of a batch normalisation stay what they are.
    const learnt = node.opType === 'BatchNormalization' ? node.input.slice(1, 3) : node.input;
    const weights = learnt.filter((name) => constants.has(name));
    return isLayer && weights.length > 0 ? [{ node, weights }] : [];
  });
}
