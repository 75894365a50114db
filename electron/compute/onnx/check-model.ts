import { type GraphProto, type ModelProto, type NodeProto, type TensorProto, TensorProto_DataType } from 'onnx-buf';
import { AppError } from '../../../shared/errors.ts';
import { constantsOf } from './external-data.ts';
import { NEWEST_FORMAT, OPSETS, operatorFault } from './known-operators.ts';
import { opsetOf } from './raise-opset.ts';
import { tensorIntegers } from './tensor-values.ts';

/** Sub-graphs inside each other; far above what models have, below what a stack bears. */
const DEEPEST = 64;
/** A constant of more elements fits no machine this runs on. */
const MOST_ELEMENTS = 2 ** 34;

/** Bytes of an element; half a byte for two in one. */
const ELEMENT_BYTES: Readonly<Record<number, number>> = {
  [TensorProto_DataType.FLOAT]: 4,
  [TensorProto_DataType.UINT8]: 1,
  [TensorProto_DataType.INT8]: 1,
  [TensorProto_DataType.UINT16]: 2,
  [TensorProto_DataType.INT16]: 2,
  [TensorProto_DataType.INT32]: 4,
  [TensorProto_DataType.INT64]: 8,
  [TensorProto_DataType.BOOL]: 1,
  [TensorProto_DataType.FLOAT16]: 2,
  [TensorProto_DataType.DOUBLE]: 8,
  [TensorProto_DataType.UINT32]: 4,
  [TensorProto_DataType.UINT64]: 8,
  [TensorProto_DataType.BFLOAT16]: 2,
};

const short = (name: string): string => (name.length > 100 ? `${name.slice(0, 100)}…` : name);

const invalid = (message: string, remedy = 'Save the model again with the tool that made it.'): AppError =>
  new AppError('MODEL_INVALID', { message, remedy, kept: 'Nothing was changed.' });

const nodeName = (node: NodeProto): string => `"${short(node.name || node.output[0] || '')}" (${short(node.opType)})`;

/**
 * Throws MODEL_INVALID, naming the place, for a model that cannot be trusted or run: an unknown format, opset, operator or
 * domain; tensors that nothing makes, that two nodes make or that make themselves; constants whose size is not what they say.
 * Nothing of the model is run.
 */
export function checkModel(model: ModelProto): void {
  const { graph, irVersion } = model;
  if (!graph) throw invalid('The file holds no graph: it is no ONNX model.', 'Choose an ONNX file.');
  if (irVersion < 3n || irVersion > BigInt(NEWEST_FORMAT))
    throw invalid(
      `The model is of format version ${irVersion}; versions 3 to ${NEWEST_FORMAT} are read.`,
      'Save it with an older version of its tool.',
    );
  const opset = opsetOf(model);
  const functions = new Set(model.functions.map(({ domain, name }) => `${domain}/${name}`));
  const nodes = allNodes(graph, 0);
  const usesStandard = nodes.some(({ domain }) => domain === '' || domain === 'ai.onnx');
  if (model.opsetImport.length === 0 || (usesStandard && opset === undefined))
    throw invalid('The model does not say which opset its operators are of.');
  if (opset !== undefined && (opset < OPSETS.oldest || opset > OPSETS.newest))
    throw invalid(
      `The model is of opset ${opset}; opsets ${OPSETS.oldest} to ${OPSETS.newest} are read.`,
      `Save it with opset ${OPSETS.newest} or lower.`,
    );
  for (const node of nodes) {
    if (functions.has(`${node.domain}/${node.opType}`)) continue;
    const fault = operatorFault(node.domain, node.opType);
    if (fault !== undefined) throw invalid(`Node ${nodeName(node)}: ${fault}.`, 'Use a model of standard operators.');
  }
  if (graph.output.length === 0) throw invalid('The model has no outputs: there is nothing to compute.');
  for (const tensor of constantsOf(graph)) checkConstant(tensor);
  checkFlow(graph, new Set());
  checkMadeShapes(graph);
}

function allNodes(graph: GraphProto, depth: number): NodeProto[] {
  if (depth > DEEPEST) throw invalid(`The model nests more than ${DEEPEST} graphs inside each other.`);
  return graph.node.flatMap((node) => [
    node,
    ...node.attribute.flatMap(({ g, graphs }) =>
      [...(g ? [g] : []), ...graphs].flatMap((inner) => allNodes(inner, depth + 1)),
    ),
  ]);
}

/** Sizes that a constant states: each at least 0, in all no more than a machine holds, and as many bytes as they take. */
function checkConstant(tensor: TensorProto): void {
  const name = `The constant "${short(tensor.name)}"`;
  const negative = tensor.dims.find((size) => size < 0n);
  if (negative !== undefined) throw invalid(`${name} has the dimension ${negative}, which is negative.`);
  const elements = tensor.dims.reduce((product, size) => product * size, 1n);
  if (elements > BigInt(MOST_ELEMENTS))
    throw invalid(`${name} of dimensions ${tensor.dims.join(' x ')} has ${elements} elements, more than can be held.`);
  const bytes = ELEMENT_BYTES[tensor.dataType];
  const isRaw = tensor.rawData.length > 0 || (hasNoTyped(tensor) && elements > 0n);
  if (bytes === undefined || !isRaw) return;
  if (BigInt(tensor.rawData.length) !== elements * BigInt(bytes))
    throw invalid(`${name} states ${elements} elements of ${bytes} bytes, but holds ${tensor.rawData.length} bytes.`);
}

const hasNoTyped = (tensor: TensorProto): boolean =>
  [tensor.floatData, tensor.int32Data, tensor.int64Data, tensor.doubleData, tensor.uint64Data, tensor.stringData].every(
    (data) => data.length === 0,
  );

/** Every tensor is made once, before it is used. `outer` are those that a sub-graph sees around it. */
function checkFlow(graph: GraphProto, outer: ReadonlySet<string>): void {
  const made = new Set([...outer, '']);
  for (const { name } of [...graph.input, ...graph.initializer]) made.add(name);
  for (const { values } of graph.sparseInitializer) if (values) made.add(values.name);
  const maker = new Map<string, NodeProto>();
  for (const node of graph.node) {
    for (const output of node.output) {
      if (output === '') continue;
      if (maker.has(output) || made.has(output))
        throw invalid(`The tensor "${short(output)}" is made twice, once by node ${nodeName(node)}.`);
      maker.set(output, node);
    }
  }
  for (const node of graph.node)
    for (const input of node.input)
      if (!made.has(input) && !maker.has(input))
        throw invalid(`Node ${nodeName(node)} takes the tensor "${short(input)}", which nothing makes.`);
  for (const { name } of graph.output)
    if (!made.has(name) && !maker.has(name)) throw invalid(`The output "${short(name)}" is made by nothing.`);
  checkCycles(graph, made, maker);
  const all = new Set([...made, ...maker.keys()]);
  for (const node of graph.node)
    for (const { g, graphs } of node.attribute)
      for (const inner of [...(g ? [g] : []), ...graphs]) checkFlow(inner, all);
}

/** Nodes whose inputs are there are taken until none is left; what then remains waits for itself. */
function checkCycles(graph: GraphProto, made: ReadonlySet<string>, maker: ReadonlyMap<string, NodeProto>): void {
  const waiting = new Map<NodeProto, number>();
  const users = new Map<NodeProto, NodeProto[]>();
  for (const node of graph.node) {
    const makers = new Set(node.input.flatMap((input) => (made.has(input) ? [] : (maker.get(input) ?? []))));
    waiting.set(node, makers.size);
    for (const one of makers) users.set(one, [...(users.get(one) ?? []), node]);
  }
  const ready = graph.node.filter((node) => waiting.get(node) === 0);
  let done = 0;
  for (let node = ready.pop(); node; node = ready.pop()) {
    done += 1;
    for (const user of users.get(node) ?? []) {
      const left = (waiting.get(user) ?? 0) - 1;
      waiting.set(user, left);
      if (left === 0) ready.push(user);
    }
  }
  if (done === graph.node.length) return;
  const stuck = graph.node.filter((node) => (waiting.get(node) ?? 0) > 0).slice(0, 3);
  throw invalid(`The model goes in a circle: node ${stuck.map(nodeName).join(', ')} waits for what it makes itself.`);
}

/** Tensors that are made in a constant size: none may be larger than can be held. */
function checkMadeShapes(graph: GraphProto): void {
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  for (const node of graph.node) {
    if (node.opType !== 'ConstantOfShape') continue;
    const tensor = constants.get(node.input[0] ?? '');
    const sizes = tensor ? tensorIntegers(tensor) : undefined;
    if (!sizes) continue;
    const elements = sizes.reduce((product, size) => product * BigInt(size), 1n);
    if (elements > BigInt(MOST_ELEMENTS))
      throw invalid(`Node ${nodeName(node)} makes ${sizes.join(' x ')} = ${elements} elements, more than can be held.`);
  }
}
