import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type ValueInfoProto } from 'onnx-buf';
import { AppError } from '../../../shared/errors.ts';
import { FLOAT } from '../onnx/graph-builder.ts';
import { IMAGE_OPSET } from '../onnx/image-opset.ts';
import type { ModelSource } from '../train/estimator.ts';
import { type CutModel, featuresOf, uncutGraph } from '../train/fine-tune/cut-model.ts';
import { PIXEL_INPUT } from './pixel-nodes.ts';

/** Side of images where the model leaves it open. */
const OPEN_SIDE = 224;

/** A model for images, cut where its features are. */
export interface Backbone extends CutModel {
  /** Name of the image in the graph, [N, 3, height, width], or pixels where `takesPixels`. */
  readonly input: string;
  readonly height: number;
  readonly width: number;
  /** Of the file's bytes. */
  readonly hash: string;
  /** A model that was trained here: it takes pixels [N, h, w, 3] of 8 bits and resizes and scales them itself. */
  readonly takesPixels: boolean;
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
export async function readBackbone({ path, name }: ModelSource, features: string | undefined): Promise<Backbone> {
  const bytes = await readFile(path);
  const model = fromBinary(ModelProtoSchema, bytes);
  const { graph, opset, given } = uncutGraph(model, IMAGE_OPSET, name);
  const [input] = given;
  if (given.length !== 1 || !input) throw invalid(name, `it takes ${given.length} inputs, not one image.`);
  const form = imageForm(input);
  if (!form) throw invalid(name, `its input "${input.name}" is no image.`);
  return {
    graph,
    opset,
    hash: createHash('sha256').update(bytes).digest('hex'),
    input: input.name,
    inputs: [input.name],
    ...form,
    features: featuresOf(graph, features, name),
  };
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
