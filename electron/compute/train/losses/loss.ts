import { FLOAT, type GraphBuilder } from '../../onnx/graph-builder.ts';

/** A loss as nodes: a record in losses.ts. */
export interface Loss {
  readonly name: string;
  /** How the parts of one row's outputs make the row's loss. */
  readonly ofRow: 'mean' | 'sum';
  /** Adds the loss of each element, [B, outputs], of raw predictions and targets of that shape. */
  each(graph: GraphBuilder, prediction: string, target: string, params: LossParams): string;
}

export interface LossParams {
  /** Where Huber's loss turns from square to straight. */
  readonly delta?: number;
  readonly quantile?: number;
  /** Share of each target that is spread over all classes. */
  readonly labelSmoothing?: number;
  /** How much a positive answer counts. */
  readonly positiveWeight?: number;
  /** How much the focal loss turns away from what is known well. */
  readonly gamma?: number;
}

/** Adds the loss of each row, [B, 1], from the loss of each element. */
export function rowLosses(
  graph: GraphBuilder,
  { ofRow }: Loss,
  each: string,
  { outputs }: { readonly outputs: number },
): string {
  if (outputs === 1) return each;
  const sum = graph.add('ReduceSum', [each, graph.integers([1])], { keepdims: 1 });
  return ofRow === 'sum' ? sum : graph.add('Mul', [sum, graph.float(1 / outputs)]);
}

export type Reduction = 'mean' | 'sum' | 'weightedMean';

/** Adds one number from the loss of each element; `weights` [B, 1] belong to the weighted mean. */
export function reduceLoss(graph: GraphBuilder, loss: Loss, each: string, reduction: Reduction, weights = ''): string {
  let perRow = graph.add('ReduceSum', [each, graph.integers([1])], { keepdims: 1 });
  if (loss.ofRow === 'mean') {
    const outputs = graph.add('Gather', [graph.add('Shape', [each]), graph.integers([1])]);
    perRow = graph.add('Div', [perRow, graph.add('Cast', [outputs], { to: FLOAT })]);
  }
  if (reduction === 'sum') return graph.add('ReduceSum', [perRow], { keepdims: 0 });
  if (reduction === 'mean') return graph.add('ReduceMean', [perRow], { keepdims: 0 });
  const weighted = graph.add('ReduceSum', [graph.add('Mul', [perRow, weights])], { keepdims: 0 });
  return graph.add('Div', [weighted, graph.add('ReduceSum', [weights], { keepdims: 0 })]);
}
