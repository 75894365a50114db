import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';

/** One layer as Keras and TensorFlow.js write it. */
const LayerConfig = z.object({
  class_name: z.string(),
  name: z.string().optional(),
  config: z.looseObject({ name: z.string() }),
  inbound_nodes: z.array(z.unknown()).optional(),
});
export type LayerConfig = z.infer<typeof LayerConfig>;

const Layers = z.array(LayerConfig);
const Network = z.object({
  class_name: z.string(),
  config: z.union([
    Layers,
    z.looseObject({
      name: z.string().optional(),
      layers: Layers,
      input_layers: z.array(z.unknown()).optional(),
      output_layers: z.array(z.unknown()).optional(),
    }),
  ]),
});

const Weight = z.object({
  name: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  dtype: z.enum(['float32', 'int32', 'bool']),
  quantization: z.object({ dtype: z.enum(['uint8', 'uint16']), min: z.number(), scale: z.number() }).optional(),
});

const LayersFile = z.object({
  format: z.string().optional(),
  generatedBy: z.string().nullable().optional(),
  convertedBy: z.string().nullable().optional(),
  modelTopology: z.union([Network, z.looseObject({ model_config: Network })]),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(Weight) })),
});

/** A model of layers: how they are joined, and their weights by name. */
export interface LayersModel {
  readonly kind: 'sequential' | 'functional';
  readonly layers: readonly LayerConfig[];
  /** For a functional model: the layers whose values it answers. */
  readonly outputs: readonly string[];
  readonly weights: ReadonlyMap<string, WeightValues>;
  readonly producer: string;
}

export interface WeightValues {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const wrong = (message: string, remedy: string, cause?: unknown): AppError =>
  new AppError('MODEL_INVALID', { message, remedy, kept: 'Nothing was changed.', ...(cause ? { cause } : {}) });

/**
 * Reads a layers model: `text` is its model.json, `read` answers the bytes of a weights file by its name there. Names that
 * lead out of the folder, missing bytes and graph models (no layers) are MODEL_INVALID.
 */
export async function readLayersModel(text: string, read: (name: string) => Promise<Uint8Array>): Promise<LayersModel> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw wrong('The model.json is no JSON.', 'Save the model again with TensorFlow.js.', error);
  }
  if (typeof json === 'object' && json !== null && 'format' in json && json.format === 'graph-model')
    throw wrong(
      'This is a TensorFlow.js graph model, not one of layers.',
      'Convert its SavedModel to ONNX with tf2onnx and import that.',
    );
  const parsed = LayersFile.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw wrong(
      `The model.json is not a layers model: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
      'Save the model with `model.save` of TensorFlow.js.',
    );
  }
  const { modelTopology, weightsManifest, convertedBy, generatedBy } = parsed.data;
  const network = Network.parse('model_config' in modelTopology ? modelTopology.model_config : modelTopology);
  const { config } = network;
  const layers = Array.isArray(config) ? config : config.layers;
  const outputs = Array.isArray(config) ? [] : (config.output_layers ?? []).map(nameOfOutput);
  return {
    kind: network.class_name === 'Sequential' ? 'sequential' : 'functional',
    layers,
    outputs,
    weights: await readWeights(weightsManifest, read),
    producer: convertedBy ?? generatedBy ?? 'TensorFlow.js',
  };
}

/** `["dense_2", 0, 0]` is how the value of a layer is named. */
const nameOfOutput = (value: unknown): string => (Array.isArray(value) ? String(value[0]) : String(value));

async function readWeights(
  manifest: z.infer<typeof LayersFile>['weightsManifest'],
  read: (name: string) => Promise<Uint8Array>,
): Promise<Map<string, WeightValues>> {
  const found = new Map<string, WeightValues>();
  for (const { paths, weights } of manifest) {
    for (const path of paths)
      if (/^([/\\]|[a-z]:)|(^|[/\\])\.\.([/\\]|$)/i.test(path))
        throw wrong(`The weights file "${path}" lies outside of the model's folder.`, 'Put it beside model.json.');
    const bytes = Buffer.concat(await Promise.all(paths.map(read)));
    let at = 0;
    for (const { name, shape, dtype, quantization } of weights) {
      const count = shape.reduce((product, side) => product * side, 1);
      const each = quantization ? (quantization.dtype === 'uint8' ? 1 : 2) : dtype === 'bool' ? 1 : 4;
      if (at + count * each > bytes.length)
        throw wrong(
          `The weights files ${paths.join(', ')} end within "${name}".`,
          'Copy all files that were saved with the model.',
        );
      // Copied: a typed array must begin at a multiple of its size.
      const own = Uint8Array.from(bytes.subarray(at, at + count * each)).buffer;
      at += count * each;
      found.set(name.replace(/:0$/, ''), { shape, values: weightValues(own, dtype, quantization) });
    }
  }
  return found;
}

function weightValues(
  bytes: ArrayBuffer,
  dtype: 'float32' | 'int32' | 'bool',
  quantization: z.infer<typeof Weight>['quantization'],
): Float32Array {
  if (quantization) {
    const whole = quantization.dtype === 'uint8' ? new Uint8Array(bytes) : new Uint16Array(bytes);
    return Float32Array.from(whole, (value) => value * quantization.scale + quantization.min);
  }
  if (dtype === 'float32') return new Float32Array(bytes);
  return Float32Array.from(dtype === 'int32' ? new Int32Array(bytes) : new Uint8Array(bytes));
}
