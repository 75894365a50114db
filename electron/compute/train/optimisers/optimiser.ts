import type { GraphBuilder } from '../../onnx/graph-builder.ts';

/** What one step of an optimiser works on: names of values in the graph. */
export interface OptimiserStep {
  readonly graph: GraphBuilder;
  readonly value: string;
  readonly gradient: string;
  /** The optimiser's memory of this parameter, in the order of its `state`; zeros before the first step. */
  readonly state: readonly string[];
  readonly learningRate: string;
  /** Number of this step as a float, 1 for the first. */
  readonly step: string;
  /** 1 where weight decay pulls, 0 elsewhere, in the value's shape; left out: everywhere. */
  readonly isDecayed?: string;
  /** Adds what is the same for every parameter once, by its name. */
  once(name: string, add: () => string): string;
}

export interface OptimiserParams {
  readonly momentum?: number;
  readonly dampening?: number;
  readonly nesterov?: boolean;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly decay?: number;
  readonly epsilon?: number;
  readonly centred?: boolean;
  /** How quickly the momentum of nadam rises. */
  readonly momentumDecay?: number;
  /** Added to the gradient, times the value. */
  readonly l2?: number;
  /** Taken from the value itself, apart from the gradient (Loshchilov and Hutter 2019). */
  readonly weightDecay?: number;
}

/** An optimiser as nodes: a record in optimisers.ts. */
export interface Optimiser {
  readonly name: string;
  /** Names of what it remembers of each parameter, each in the parameter's shape. */
  state(params: OptimiserParams): readonly string[];
  /** Adds one step; answers the new value and the new memory. */
  step(input: OptimiserStep, params: OptimiserParams): { readonly value: string; readonly state: readonly string[] };
}

/** `old` and `fresh` mixed: share old + (1 - share) fresh. */
export function mixed(graph: GraphBuilder, old: string, fresh: string, share: number): string {
  return graph.add('Add', [
    graph.add('Mul', [old, graph.float(share)]),
    graph.add('Mul', [fresh, graph.float(1 - share)]),
  ]);
}

/** The gradient with its L2 penalty. */
export function penalised(input: OptimiserStep, l2 = 0): string {
  const { graph, gradient, value } = input;
  return l2 === 0 ? gradient : graph.add('Add', [gradient, graph.add('Mul', [value, pull(input, l2)])]);
}

/** The value pulled to zero by a share of the learning rate, apart from the gradient. */
export function decayedValue(input: OptimiserStep, weightDecay = 0): string {
  const { graph, value } = input;
  return weightDecay === 0 ? value : moved(input, graph.add('Mul', [value, pull(input, weightDecay)]));
}

const pull = ({ graph, isDecayed }: OptimiserStep, share: number): string =>
  isDecayed === undefined ? graph.float(share) : graph.add('Mul', [isDecayed, graph.float(share)]);

/** The value less the learning rate times a direction. */
export function moved({ graph, value, learningRate }: OptimiserStep, direction: string): string {
  return graph.add('Sub', [value, graph.add('Mul', [learningRate, direction])]);
}

/** Remembers what was added under a name. */
export function addedOnce(): OptimiserStep['once'] {
  const added = new Map<string, string>();
  return (name, add) => {
    const value = added.get(name) ?? add();
    added.set(name, value);
    return value;
  };
}
