import { clone, create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  type ValueInfoProto,
} from 'onnx-buf';
import { AppError } from '../../../shared/errors.ts';
import { PIXEL_INPUT, pixelInput, pixelNodes } from '../images/pixel-nodes.ts';
import { answerOf, type PlainGraph } from './adapted-answer.ts';
import { BOOL, FLOAT, GraphBuilder, INT32, INT64, makeValueInfo, STRING } from './graph-builder.ts';
import { FLOATS, type GraphTensor, tensorOf } from './graph-tensor.ts';
import { IMAGE_OPSET } from './image-opset.ts';
import { type ModelMeaning, wrong } from './model-meaning.ts';
import { opsetOf, raiseOpset } from './raise-opset.ts';
import { statedLabels } from './stated-labels.ts';

/** A model as it is registered: what it takes and answers. */
export interface AdaptedModel {
  readonly bytes: Uint8Array;
  readonly task: 'binary' | 'multiclass' | 'regression' | 'tensors';
  readonly classes: readonly string[] | null;
  readonly takes: 'columns' | 'image' | 'tensors';
}

const NUMBERS = new Set<number>([...FLOATS, INT64, INT32, BOOL]);

/**
 * Brings a checked model into the form in which models are scored here, where it fits: columns [N, 1] or pixels in, `label` and
 * `probabilities`, or `prediction`, out. What its file does not say is taken from `meaning`. A model that fits neither is kept
 * as it is, for its tensors.
 */
export function adaptModel(model: ModelProto, meaning: ModelMeaning): AdaptedModel {
  const { graph } = model;
  if (!graph) throw new AppError('MODEL_INVALID', { message: 'The file holds no graph.' });
  const plain = plainGraph(graph, meaning);
  const initialised = new Set(plain.graph.initializer.map(({ name }) => name));
  const inputs = plain.graph.input.filter(({ name }) => !initialised.has(name)).map(tensorOf);
  const builder = new GraphBuilder('adapted_', namesOf(plain.graph));
  const given = inputsOf(builder, plain.graph, inputs, meaning);
  const answer = given && answerOf(builder, plain, meaning);
  const isSaid = meaning.columns !== undefined || meaning.labels !== undefined || meaning.scale !== undefined;
  if (!given || !answer) {
    if (isSaid)
      throw wrong(
        given
          ? 'The answer of the model is neither a number, nor classes with their probabilities.'
          : `The inputs of the model (${inputs.map((input) => describe(input)).join(', ')}) do not fit what was said of them.`,
        'Import it without columns, labels and scaling: it is then kept for its tensors.',
      );
    return { bytes: toBinary(ModelProtoSchema, model), task: 'tensors', classes: null, takes: 'tensors' };
  }
  const opset = opsetOf(model) ?? 17;
  const to = given.takes === 'image' ? Math.max(opset, IMAGE_OPSET) : Math.max(opset, 13);
  const raised = raiseOpset(plain.graph, opset, to);
  // The adapter's nodes before the model's need no place of their own: a graph is read in the order of its names.
  raised.node = [...builder.nodes.slice(0, given.nodes), ...raised.node, ...builder.nodes.slice(given.nodes)];
  raised.initializer.push(...builder.constants);
  raised.input = [...raised.input.filter(({ name }) => initialised.has(name)), ...given.inputs];
  raised.output = answer.outputs;
  const adapted = create(ModelProtoSchema, {
    ...model,
    irVersion: model.irVersion < 8n ? 8n : model.irVersion,
    opsetImport: [
      ...model.opsetImport.filter(({ domain }) => domain !== '' && domain !== 'ai.onnx'),
      { $typeName: 'onnx.OperatorSetIdProto', domain: '', version: BigInt(to) },
    ],
    graph: raised,
    metadataProps: [
      ...model.metadataProps,
      create(StringStringEntryProtoSchema, { key: 'adaptedBy', value: 'drydock' }),
    ],
  });
  return {
    bytes: toBinary(ModelProtoSchema, adapted),
    task: answer.classes === null ? 'regression' : answer.classes.length === 2 ? 'binary' : 'multiclass',
    classes: answer.classes,
    takes: given.takes,
  };
}

/** The model of a file's bytes. Throws MODEL_INVALID for what is none. */
export function parseModel(bytes: Uint8Array, fileName: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw new AppError('MODEL_INVALID', {
      message: `${fileName} is no ONNX model, or it is cut off (${error instanceof Error ? error.message : String(error)}).`,
      remedy: 'Copy or save the file again.',
      kept: 'Nothing was changed.',
      cause: error,
    });
  }
}

const namesOf = (graph: GraphProto): string[] => [
  ...graph.input.map(({ name }) => name),
  ...graph.initializer.map(({ name }) => name),
  ...graph.node.flatMap(({ output }) => output),
];

const describe = (input: GraphTensor | undefined): string =>
  input ? `${input.name.slice(0, 60)} [${(input.dims ?? ['?']).join(', ')}]` : 'no tensor';

interface Given {
  readonly takes: 'columns' | 'image';
  readonly inputs: ValueInfoProto[];
  /** How many of the builder's nodes lead to the model's inputs. */
  readonly nodes: number;
}

function inputsOf(
  builder: GraphBuilder,
  graph: GraphProto,
  inputs: readonly (GraphTensor | undefined)[],
  { columns, scale }: ModelMeaning,
): Given | undefined {
  const tensors = inputs.filter((input) => input !== undefined);
  if (tensors.length !== inputs.length || tensors.length === 0) return undefined;
  if (tensors.some(({ name }) => ANSWERS.includes(name))) return undefined;
  const [only] = tensors;
  if (scale !== undefined) {
    if (tensors.length !== 1 || !only || !FLOATS.has(only.elemType) || only.dims?.length !== 4 || only.dims[1] !== 3)
      return undefined;
    const side = (length: number | undefined): number => (length !== undefined && length > 0 ? length : 224);
    const scaled = pixelNodes(builder, PIXEL_INPUT, {
      height: side(only.dims[2]),
      width: side(only.dims[3]),
      ...scale,
    });
    builder.add('Cast', [scaled], { to: only.elemType }, { output: only.name });
    return { takes: 'image', inputs: [pixelInput()], nodes: builder.nodes.length };
  }
  if (columns !== undefined) return matrixOf(builder, tensors, columns);
  const isColumn = ({ dims, elemType }: GraphTensor): boolean =>
    (elemType === STRING || NUMBERS.has(elemType)) &&
    dims?.[0] === -1 &&
    (dims.length === 1 || (dims.length === 2 && dims[1] === 1));
  if (!tensors.every(isColumn)) return undefined;
  // A missing value is no whole number: columns of those are not taken as they are.
  if (!tensors.every(({ elemType }) => elemType === STRING || FLOATS.has(elemType))) return undefined;
  const infos = tensors.map((input) => makeValueInfo(input.name, input.elemType === STRING ? STRING : FLOAT, ['N', 1]));
  // Nothing lies between where the model takes a column as it is.
  const isPlain = ({ dims, elemType }: GraphTensor): boolean =>
    dims?.length === 2 && (elemType === STRING || elemType === FLOAT);
  const odd = new Map(tensors.flatMap((input) => (isPlain(input) ? [] : [[input.name, `${input.name}_inside`]])));
  renameIn(graph, (name) => odd.get(name) ?? name, true);
  for (const { name, elemType, dims } of tensors) {
    const output = odd.get(name);
    if (output === undefined) continue;
    const cast = elemType === STRING ? name : builder.add('Cast', [name], { to: elemType });
    builder.add('Reshape', [cast, builder.integers(dims?.length === 1 ? [-1] : [-1, 1])], {}, { output });
  }
  return { takes: 'columns', inputs: infos, nodes: builder.nodes.length };
}

/** Columns side by side as the one matrix that the model takes. */
function matrixOf(
  builder: GraphBuilder,
  tensors: readonly GraphTensor[],
  columns: readonly string[],
): Given | undefined {
  const [only] = tensors;
  if (tensors.length !== 1 || !only || !NUMBERS.has(only.elemType)) return undefined;
  const width = only.dims?.[1];
  if (only.dims !== undefined && only.dims.length !== 2) return undefined;
  const rows = only.dims?.[0] ?? -1;
  if (rows >= 0)
    throw wrong(
      `The model takes ${rows} ${rows === 1 ? 'row' : 'rows'} at a time, not any number of them.`,
      'Export it with a free first dimension (dynamic batch).',
    );
  if (width !== undefined && width > 0 && width !== columns.length)
    throw wrong(
      `The model takes ${width} numbers a row; ${columns.length} columns are named.`,
      `Name ${width} columns, in the order the model was trained with.`,
    );
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) throw wrong(`The column "${twice}" is named twice.`, 'Name each column once.');
  const joined = columns.length === 1 ? (columns[0] ?? '') : builder.add('Concat', columns, { axis: 1 });
  builder.add(
    only.elemType === FLOAT ? 'Identity' : 'Cast',
    [joined],
    only.elemType === FLOAT ? {} : { to: only.elemType },
    { output: only.name },
  );
  return {
    takes: 'columns',
    inputs: columns.map((name) => makeValueInfo(name, FLOAT, ['N', 1])),
    nodes: builder.nodes.length,
  };
}

/** Names that the answers get; what is called so inside of the model is renamed. */
const ANSWERS = ['label', 'probabilities', 'prediction'];

/** A copy of the graph with tensors where a ZipMap made maps of classes, and the labels that its nodes state. */
function plainGraph(original: GraphProto, { columns, scale }: ModelMeaning): PlainGraph {
  const graph = clone(GraphProtoSchema, original);
  const zip = graph.node.find(({ opType }) => opType === 'ZipMap');
  const labels = statedLabels(graph);
  if (zip) {
    const [from = '', to = ''] = [zip.input[0], zip.output[0]];
    graph.node = graph.node.filter((node) => node !== zip);
    graph.output = graph.output.map((output) =>
      output.name === to ? makeValueInfo(from, FLOAT, ['N', labels?.length ?? 'classes']) : output,
    );
  }
  const taken = new Set([...ANSWERS, ...(columns ?? []), ...(scale ? [PIXEL_INPUT] : [])]);
  // Inputs that stay the model's columns keep their names.
  const isWrapped = columns !== undefined || scale !== undefined;
  renameIn(graph, (name) => (taken.has(name) ? `${name}_inside` : name), isWrapped);
  graph.valueInfo = [];
  return { graph, labels };
}

/** Changes the names of results and, where they too are to change, of inputs and constants; in sub-graphs what they take. */
function renameIn(graph: GraphProto, renamed: (name: string) => string, isAll: boolean): void {
  const fixed = new Set(isAll ? [] : [...graph.input, ...graph.initializer].map(({ name }) => name));
  const change = (name: string): string => (fixed.has(name) ? name : renamed(name));
  for (const node of graph.node) {
    node.input = node.input.map(change);
    node.output = node.output.map(change);
    for (const { g, graphs } of node.attribute)
      for (const inner of [...(g ? [g] : []), ...graphs]) renameIn(inner, change, true);
  }
  for (const one of [...graph.output, ...(isAll ? [...graph.input, ...graph.initializer] : [])])
    one.name = change(one.name);
}
