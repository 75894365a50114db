import type { NodeProto } from 'onnx-buf';
import { AppError } from '../../../../shared/errors.ts';
import { type AttributeValue, type Dimension, FLOAT, type GraphBuilder } from '../../onnx/graph-builder.ts';
import { sumTo } from './sum-to.ts';

/** What a rule sees of the node it differentiates, and what it builds with. */
export interface RuleNode {
  readonly graph: GraphBuilder;
  readonly node: NodeProto;
  /** Names of the node's inputs; '' where an optional one is left out. */
  readonly inputs: readonly string[];
  readonly x: string;
  /** The first result, and its gradient (zeros where only other results were used). */
  readonly y: string;
  readonly g: string;
  /** Gradients by result; undefined where a result was not used. */
  readonly gradients: readonly (string | undefined)[];
  /** The shape as far as it is known without running; undefined where it is not. */
  shapeOf(name: string): readonly Dimension[] | undefined;
  /** A node without attributes; `make` takes attributes first. */
  op(operator: string, ...inputs: string[]): string;
  make(operator: string, attributes: Readonly<Record<string, AttributeValue>>, ...inputs: string[]): string;
  real(value: number): string;
  /** 1 where the condition holds, else 0. */
  when(condition: string): string;
  /** Sums a gradient over the axes along which broadcasting repeated the value. */
  sumTo(gradient: string, value: string): string;
  /** The gradient in the value's shape, elements in order. */
  reshapeTo(gradient: string, value: string): string;
  zerosLike(value: string): string;
  float(attribute: string, standard: number): number;
  integer(attribute: string, standard: number): number;
  integers(attribute: string): readonly number[] | undefined;
  text(attribute: string, standard: string): string;
  /** Refuses a form of the operator that the rule does not cover. */
  refuse(what: string): never;
}

/** The derivative of one operator: a record in rules.ts. */
export interface GradientRule {
  readonly operator: string;
  /** True where the gradients of all results are used; without it only the first result may be. */
  readonly takesAllResults?: true;
  /** Adds nodes and names the gradient of each input; null for one that has none. */
  gradient(node: RuleNode): readonly (string | null)[];
}

const decoder = new TextDecoder();

export function ruleNode(
  graph: GraphBuilder,
  node: NodeProto,
  gradients: readonly (string | undefined)[],
  shapeOf: (name: string) => readonly Dimension[] | undefined,
): RuleNode {
  const attribute = (name: string) => node.attribute.find((one) => one.name === name);
  const op = (operator: string, ...inputs: string[]): string => graph.add(operator, inputs);
  const zerosLike = (value: string): string => op('Expand', graph.float(0), op('Shape', value));
  const y = node.output[0] ?? '';
  const rule: RuleNode = {
    graph,
    node,
    inputs: node.input,
    x: node.input[0] ?? '',
    y,
    g: gradients[0] ?? zerosLike(y),
    gradients,
    shapeOf,
    op,
    make: (operator, attributes, ...inputs) => graph.add(operator, inputs, attributes),
    real: (value) => graph.float(value),
    when: (condition) => graph.add('Cast', [condition], { to: FLOAT }),
    sumTo: (gradient, value) => sumTo({ graph, shapeOf }, gradient, y, value),
    // A side of 0 is a side of 0, not one to copy.
    reshapeTo: (gradient, value) => graph.add('Reshape', [gradient, op('Shape', value)], { allowzero: 1 }),
    zerosLike,
    float: (name, standard) => attribute(name)?.f ?? standard,
    integer: (name, standard) => Number(attribute(name)?.i ?? standard),
    integers: (name) => attribute(name)?.ints.map(Number),
    text: (name, standard) => {
      const given = attribute(name)?.s;
      return given ? decoder.decode(given) : standard;
    },
    refuse(what) {
      throw new AppError('MODEL_INVALID', {
        message: `Node "${node.name}": ${node.opType} ${what} has no gradient.`,
        remedy: 'Rewrite the node in a form that has one, or freeze what lies before it.',
      });
    },
  };
  return rule;
}
