import { fromBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { AppError } from '../../../shared/errors.ts';
import { type Dimension, FLOAT, GraphBuilder, makeValueInfo, modelBytes } from '../onnx/graph-builder.ts';
import { activationNodes } from './layer-activations.ts';
import { LAYER_KINDS, type LayerInput } from './layer-kinds.ts';
import type { LayerConfig, LayersModel, WeightValues } from './layers-file.ts';

const OPSET = 17;

/**
 * A TensorFlow.js layers model as ONNX with the same answers: sequential, or functional where each layer is used once. Inputs
 * are single precision, batch first, channels last, as the model takes them. A layer, an activation or a form of one that is
 * not known is MODEL_INVALID and named; so is a weight that is missing.
 */
export function layersToOnnx(model: LayersModel): ModelProto {
  const names = model.layers.map(({ config }) => config.name);
  const graph = new GraphBuilder('layer_', names);
  const values = new Map<string, { readonly name: string; readonly dims: readonly Dimension[] }>();
  const inputs: { readonly name: string; readonly dims: readonly Dimension[] }[] = [];
  let last = '';
  const input = (layer: LayerConfig, name: string): void => {
    const dims = inputDims(layer);
    inputs.push({ name, dims });
    values.set(layer.config.name, { name, dims });
  };
  for (const [index, layer] of model.layers.entries()) {
    const own = layer.config.name;
    if (layer.class_name === 'InputLayer') {
      input(layer, own);
      last = own;
      continue;
    }
    const isFirst = model.kind === 'sequential' && index === 0;
    if (isFirst) {
      const dims = inputDims(layer);
      inputs.push({ name: 'input', dims });
      values.set('', { name: 'input', dims });
    }
    const from = model.kind === 'sequential' ? [last] : inboundOf(layer);
    const given = from.map((name) => {
      const value = values.get(name);
      if (value) return value;
      throw wrong(`The layer "${own}" takes the value of "${name}", which comes later or not at all.`);
    });
    const rank = given[0]?.dims.length ?? 2;
    const name = convert(graph, model, layer, { inputs: given.map((value) => value.name), rank });
    values.set(own, { name, dims: Array<string>(rankAfter(layer, rank)).fill('?') });
    last = own;
  }
  const wanted = model.outputs.length > 0 && model.kind === 'functional' ? model.outputs : [last];
  const outputs = wanted.map((layerName, index) => {
    const value = values.get(layerName);
    if (!value) throw wrong(`The model answers the layer "${layerName}", which it does not have.`);
    const name = graph.add('Identity', [value.name], {}, { output: index === 0 ? 'output' : `output_${index}` });
    return makeValueInfo(name, FLOAT, outputDims(model, layerName, value.dims.length));
  });
  const bytes = modelBytes(
    graph.graph(
      'layers',
      inputs.map(({ name, dims }) => makeValueInfo(name, FLOAT, dims)),
      outputs,
    ),
    OPSET,
  );
  const made = fromBinary(ModelProtoSchema, bytes);
  made.producerName = model.producer;
  return made;
}

const wrong = (message: string): AppError =>
  new AppError('MODEL_INVALID', {
    message,
    remedy: `Layers that are known: ${Object.keys(LAYER_KINDS).join(', ')}.`,
    kept: 'Nothing was changed.',
  });

/** [N, ...] of a layer that says what it takes; of an embedding without it: rows of any length. */
function inputDims({ class_name, config }: LayerConfig): Dimension[] {
  const shape = config['batch_input_shape'] ?? config['batch_shape'];
  if (Array.isArray(shape))
    return ['N', ...shape.slice(1).map((side: unknown, axis) => (typeof side === 'number' ? side : `d${axis + 1}`))];
  if (class_name === 'Embedding') {
    const length = config['input_length'];
    return ['N', typeof length === 'number' ? length : 'd1'];
  }
  throw wrong(`The first layer, ${class_name} "${config.name}", does not say what it takes.`);
}

/** Layers whose values one takes, where it is used once. */
function inboundOf({ class_name, config, inbound_nodes = [] }: LayerConfig): string[] {
  if (inbound_nodes.length !== 1)
    throw wrong(`The layer ${class_name} "${config.name}" is used ${inbound_nodes.length} times, not once.`);
  const [node] = inbound_nodes;
  const taken = Array.isArray(node) ? node : [];
  return taken.map((one: unknown) => String(Array.isArray(one) ? one[0] : one));
}

const FLAT = /^(Flatten|GlobalAveragePooling\dD|GlobalMaxPooling\dD)$/;

function rankAfter({ class_name, config }: LayerConfig, rank: number): number {
  if (FLAT.test(class_name)) return 2;
  if (class_name === 'Embedding') return rank + 1;
  const target = config['target_shape'];
  return class_name === 'Reshape' && Array.isArray(target) ? target.length + 1 : rank;
}

/** Columns of the answer where the layer says them. */
function outputDims({ layers }: LayersModel, name: string, rank: number): Dimension[] {
  const passing = new Set(['Activation', 'Softmax', 'Dropout', 'BatchNormalization', 'ReLU', 'LeakyReLU', 'ELU']);
  let at = layers.findIndex(({ config }) => config.name === name);
  while (at > 0 && passing.has(layers[at]?.class_name ?? '')) at -= 1;
  const units = layers[at]?.config['units'];
  const inner = Array.from({ length: Math.max(0, rank - 2) }, (_, axis) => `m${axis + 1}`);
  return ['N', ...inner, typeof units === 'number' ? units : 'columns'];
}

function convert(
  graph: GraphBuilder,
  { weights }: LayersModel,
  { class_name, config }: LayerConfig,
  { inputs, rank }: { readonly inputs: readonly string[]; readonly rank: number },
): string {
  const kind = LAYER_KINDS[class_name];
  const called = `${class_name} "${config.name}"`;
  if (!kind) throw wrong(`The layer ${called} is of a kind that is not known.`);
  const optional = (name: string): WeightValues | undefined => {
    const exact = weights.get(`${config.name}/${name}`);
    if (exact) return exact;
    // Converters repeat the layer's name, or put the model's before it.
    for (const [key, value] of weights)
      if (key.endsWith(`/${name}`) && key.split('/').slice(0, -1).includes(config.name)) return value;
    return undefined;
  };
  const refuse = (what: string): never => {
    throw wrong(`The layer ${called} ${what} is not known.`);
  };
  const layer: LayerInput = {
    graph,
    config,
    inputs,
    x: inputs[0] ?? '',
    rank,
    optional,
    refuse,
    weight: (name) => {
      const found = optional(name);
      if (found) return found;
      throw wrong(`The weight "${name}" of the layer ${called} is missing.`);
    },
    number: (name, standard) => {
      const value = config[name];
      if (typeof value === 'number') return value;
      return Array.isArray(value) && typeof value[0] === 'number' ? value[0] : standard;
    },
    numbers: (name, standard) => {
      const value = config[name];
      if (Array.isArray(value)) return value.map((one: unknown) => (one === null ? -1 : Number(one)));
      return typeof value === 'number' ? standard.map(() => value) : [...standard];
    },
    text: (name, standard) => (typeof config[name] === 'string' ? String(config[name]) : standard),
    flag: (name, standard) => (typeof config[name] === 'boolean' ? config[name] === true : standard),
    activated(x) {
      const given = config['activation'];
      const name = typeof given === 'string' ? given : 'linear';
      return activationNodes(graph, name, x) ?? refuse(`with the activation "${name}"`);
    },
  };
  return kind(layer);
}
