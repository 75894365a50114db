import type { NodeProto } from 'onnx-buf';
import { AppError } from '../../../../shared/errors.ts';
import type { Dimension, GraphBuilder } from '../../onnx/graph-builder.ts';
import { outerNames } from '../../onnx/outer-names.ts';
import { ruleNode } from './gradient-rule.ts';
import { GRADIENT_RULES } from './rules.ts';
import { staticShapes } from './static-shapes.ts';

/** Operators whose results do not follow small changes of their inputs: no gradient passes. */
const PASS_NOTHING = new Set(
  'Shape Size Equal Greater GreaterOrEqual Less LessOrEqual Not And Or Xor IsNaN IsInf ArgMax ArgMin NonZero OneHot Range ConstantOfShape LabelEncoder RandomNormal RandomUniform RandomNormalLike RandomUniformLike'.split(
    ' ',
  ),
);
/** Element types that are real numbers: float, half, double, bfloat16. */
const REAL_TYPES = new Set([1n, 10n, 11n, 16n]);

/** What a node's results depend on: its inputs, and what its sub-graphs take from outside. */
const inputsOf = (node: NodeProto): string[] => [...node.input, ...outerNames(node)];

const passesNothing = (node: NodeProto): boolean =>
  PASS_NOTHING.has(node.opType) ||
  (node.opType === 'Cast' && !node.attribute.some(({ name, i }) => name === 'to' && REAL_TYPES.has(i)));

/** Reverse-mode differentiation of one scalar: `gradientsOf` with the gradient 1. */
export function differentiate(
  graph: GraphBuilder,
  scalar: string,
  values: readonly string[],
  shapes: ReadonlyMap<string, readonly Dimension[]> = new Map(),
): string[] {
  return gradientsOf(graph, new Map([[scalar, graph.float(1)]]), values, shapes);
}

/**
 * Reverse-mode differentiation: from the gradients of some results (`upstream`, name to name) adds nodes for those of the
 * named values, and answers their names in order. `shapes` tells what is known of inputs beforehand; it saves nodes. A node
 * on the way whose operator has no rule, or none by the input that is asked for, is an error that names node and operator,
 * before anything runs; so is a value that no result depends on.
 */
export function gradientsOf(
  graph: GraphBuilder,
  upstream: ReadonlyMap<string, string>,
  values: readonly string[],
  shapes: ReadonlyMap<string, readonly Dimension[]> = new Map(),
): string[] {
  const onTheWay = differentiableNodes(graph.nodes, upstream.keys(), values);
  const needed = new Set([...values, ...onTheWay.flatMap(({ output }) => output)]);
  const shapeOf = staticShapes(graph, shapes);
  const gradients = new Map(upstream);
  for (const node of onTheWay.toReversed()) {
    const given = node.output.map((output) => gradients.get(output));
    if (given.every((gradient) => gradient === undefined)) continue;
    const rule = GRADIENT_RULES.get(node.opType);
    const about = ruleNode(graph, node, given, shapeOf);
    if (!rule?.takesAllResults && given.slice(1).some((gradient) => gradient !== undefined))
      about.refuse('of which a result after the first is used');
    const parts = rule?.gradient(about) ?? [];
    for (const [index, input] of node.input.entries()) {
      if (input === '' || !needed.has(input)) continue;
      const part = parts[index] ?? about.refuse(`by its input "${input}"`);
      const before = gradients.get(input);
      gradients.set(input, before === undefined ? part : graph.add('Add', [before, part]));
    }
  }
  return values.map((value) => {
    const gradient = gradients.get(value);
    if (gradient === undefined)
      throw new AppError('MODEL_INVALID', { message: `The loss does not depend on "${value}".` });
    return gradient;
  });
}

/** Nodes on the way from values to results. Throws MODEL_INVALID naming node and operator of the first without a rule. */
export function differentiableNodes(
  nodes: readonly NodeProto[],
  results: Iterable<string>,
  values: readonly string[],
): NodeProto[] {
  const needed = new Set(values);
  const leads = leadingTo(nodes, results);
  const onTheWay = nodes.filter((node) => {
    if (!leads.has(node)) return false;
    if (passesNothing(node) || !inputsOf(node).some((input) => needed.has(input))) return false;
    for (const output of node.output) if (output !== '') needed.add(output);
    return true;
  });
  for (const node of onTheWay) {
    if (GRADIENT_RULES.has(node.opType)) continue;
    throw new AppError('MODEL_INVALID', {
      message: `Node "${node.name}": the operator ${node.opType} has no gradient.`,
      remedy: `Operators with one: ${[...GRADIENT_RULES.keys()].join(', ')}.`,
    });
  }
  return onTheWay;
}

/** Nodes on which any of the results depends. */
function leadingTo(nodes: readonly NodeProto[], results: Iterable<string>): Set<NodeProto> {
  const wanted = new Set(results);
  const leading = new Set<NodeProto>();
  for (const node of nodes.toReversed()) {
    if (!node.output.some((output) => wanted.has(output))) continue;
    leading.add(node);
    for (const input of inputsOf(node)) wanted.add(input);
  }
  return leading;
}
