import { createHash } from 'node:crypto';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
  type ValueInfoProto,
} from 'onnx-buf';
import { AppError } from '../../../shared/errors.ts';
import { GraphBuilder } from './graph-builder.ts';

/** Several models as one graph: equal inputs and equal weights are shared, everything else inside has a prefix of its model's. */
export interface JoinedModels {
  /** Holds every model's nodes; further ones can be added. */
  readonly graph: GraphBuilder;
  readonly inputs: readonly ValueInfoProto[];
  /** For each model what its outputs are called in the graph, by their own names. */
  readonly answers: readonly ReadonlyMap<string, string>[];
  /** The outputs of a model as it declared them. */
  readonly outputs: readonly (readonly ValueInfoProto[])[];
  /** The whole as one model. */
  bytes(name: string, outputs: readonly ValueInfoProto[]): Uint8Array;
}

/**
 * Puts models side by side. Inputs of one name must have one type. Versions of an operator set may differ where the newest
 * means the same for every node there is. Throws MODEL_INVALID for what cannot be joined: other types, versions that differ
 * in meaning, functions of its own, weights in other files.
 */
export function joinModels(models: readonly Uint8Array[]): JoinedModels {
  const parsed = models.map(parse);
  const opsets = joinedOpsets(parsed);
  const inputs = new Map<string, ValueInfoProto>();
  for (const { graph } of parsed)
    for (const input of realInputs(graph)) {
      const known = inputs.get(input.name);
      if (known === undefined) inputs.set(input.name, input);
      else if (elementType(known) !== elementType(input))
        throw invalid(`Two models take the column "${input.name}" as different types.`);
    }
  const builder = new GraphBuilder('joined_', inputs.keys());
  let prefix = 'model';
  while ([...inputs.keys()].some((name) => name.startsWith(prefix))) prefix += '_';
  const weights = new Map<string, string>();
  const answers = parsed.map(({ graph }, index) => {
    const own = new Set(realInputs(graph).map(({ name }) => name));
    const shared = new Map<string, string>();
    const renamed = (name: string): string =>
      name === '' || own.has(name) ? name : (shared.get(name) ?? `${prefix}${index}_${name}`);
    for (const tensor of graph.initializer) {
      const content = contentOf(tensor);
      const known = weights.get(content);
      if (known !== undefined) shared.set(tensor.name, known);
      else {
        weights.set(content, renamed(tensor.name));
        builder.constants.push({ ...tensor, name: renamed(tensor.name) });
      }
    }
    builder.nodes.push(...graph.node.map((node) => renamedNode(node, renamed)));
    return new Map(graph.output.map(({ name }) => [name, renamed(name)]));
  });
  return {
    graph: builder,
    inputs: [...inputs.values()],
    answers,
    outputs: parsed.map(({ graph }) => graph.output),
    bytes: (name, outputs) =>
      toBinary(
        ModelProtoSchema,
        create(ModelProtoSchema, {
          irVersion: parsed.reduce((most, { model }) => (model.irVersion > most ? model.irVersion : most), 8n),
          producerName: 'drydock',
          opsetImport: [...opsets].map(([domain, version]) => ({ domain, version })),
          graph: builder.graph(name, [...inputs.values()], outputs),
        }),
      ),
  };
}

interface Parsed {
  readonly model: ModelProto;
  readonly graph: GraphProto;
}

function parse(bytes: Uint8Array): Parsed {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw invalid('A model is no ONNX file.', error);
  }
  const { graph } = model;
  if (graph === undefined) throw invalid('A model has no graph.');
  if (model.functions.length > 0) throw invalid('A model with functions of its own cannot be joined.');
  if (graph.sparseInitializer.length > 0) throw invalid('A model with sparse weights cannot be joined.');
  if (graph.initializer.some(({ dataLocation }) => dataLocation === TensorProto_DataLocation.EXTERNAL))
    throw invalid('A model whose weights lie in other files cannot be joined.');
  return { model, graph };
}

/** The same for tensors of one type, shape and values: models with one backbone hold it once. */
const contentOf = (tensor: TensorProto): string =>
  createHash('sha256')
    .update(toBinary(TensorProtoSchema, { ...tensor, name: '', docString: '' }))
    .digest('base64');

/** Inputs that have no default among the weights. */
function realInputs(graph: GraphProto): ValueInfoProto[] {
  const weights = new Set(graph.initializer.map(({ name }) => name));
  return graph.input.filter(({ name }) => !weights.has(name));
}

const elementType = ({ type }: ValueInfoProto): number | null =>
  type?.value.case === 'tensorType' ? type.value.value.elemType : null;

function renamedNode(node: NodeProto, renamed: (name: string) => string): NodeProto {
  return create(NodeProtoSchema, {
    ...node,
    name: renamed(node.name),
    input: node.input.map(renamed),
    output: node.output.map(renamed),
    attribute: node.attribute.map((attribute) => renamedAttribute(attribute, renamed)),
  });
}

/** Graphs inside nodes use names of the graph around them: all get the same prefix. */
const renamedAttribute = (attribute: AttributeProto, renamed: (name: string) => string): AttributeProto =>
  attribute.g === undefined && attribute.graphs.length === 0
    ? attribute
    : {
        ...attribute,
        ...(attribute.g === undefined ? {} : { g: renamedGraph(attribute.g, renamed) }),
        graphs: attribute.graphs.map((graph) => renamedGraph(graph, renamed)),
      };

const renamedGraph = (graph: GraphProto, renamed: (name: string) => string): GraphProto =>
  create(GraphProtoSchema, {
    ...graph,
    node: graph.node.map((node) => renamedNode(node, renamed)),
    initializer: graph.initializer.map((tensor) => ({ ...tensor, name: renamed(tensor.name) })),
    input: graph.input.map((value) => ({ ...value, name: renamed(value.name) })),
    output: graph.output.map((value) => ({ ...value, name: renamed(value.name) })),
    valueInfo: [],
  });

/** The newest version of each operator set that some model asks for. */
function joinedOpsets(models: readonly Parsed[]): Map<string, bigint> {
  const opsets = new Map<string, bigint>();
  for (const { model } of models)
    for (const { domain, version } of model.opsetImport) {
      const name = domain === 'ai.onnx' ? '' : domain;
      const known = opsets.get(name);
      if (known === undefined || version > known) opsets.set(name, version);
    }
  for (const { model, graph } of models)
    for (const { domain, version } of model.opsetImport) {
      const name = domain === 'ai.onnx' ? '' : domain;
      const newest = opsets.get(name) ?? version;
      if (version === newest) continue;
      const changed = name === '' && version >= 13n && newest <= 21n ? firstChanged(graph) : 'every operator';
      if (changed !== null)
        throw invalid(
          `Models of the operator sets ${version} and ${newest} of "${name || 'ai.onnx'}" cannot be joined: ${changed} may mean different things.`,
        );
    }
  return opsets;
}

/** Between versions 13 and 21 these took on another form; all others only learnt more types. */
const CHANGED_REDUCTIONS = /^Reduce(L1|L2|LogSum|LogSumExp|Max|Mean|Min|Prod|SumSquare)$/;
const CHANGED = /^(BatchNormalization|GroupNormalization|Pad|Resize|GridSample|AveragePool|ScatterElements|ScatterND)$/;

function firstChanged(graph: GraphProto): string | null {
  for (const node of graph.node) {
    if (node.domain !== '' && node.domain !== 'ai.onnx') continue;
    const has = (name: string): boolean => node.attribute.some((attribute) => attribute.name === name);
    if (CHANGED.test(node.opType)) return node.opType;
    if (CHANGED_REDUCTIONS.test(node.opType) && has('axes')) return node.opType;
    if (node.opType === 'Split' && node.input.length < 2) return node.opType;
    for (const { g, graphs } of node.attribute)
      for (const inner of [...(g === undefined ? [] : [g]), ...graphs]) {
        const found = firstChanged(inner);
        if (found !== null) return found;
      }
  }
  return null;
}

const invalid = (message: string, cause?: unknown): AppError =>
  new AppError('MODEL_INVALID', { message, remedy: 'Use models that were trained here.', cause });
