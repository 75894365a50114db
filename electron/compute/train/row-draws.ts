import type { GraphBuilder } from '../onnx/graph-builder.ts';
import type { TrainedInput } from './trained-graph.ts';

/** What is drawn anew for every row before each epoch, and what it does to a batch before it is learnt from. */
export interface RowDraws {
  /** What is drawn for one row. */
  readonly inputs: readonly TrainedInput[];
  /** Draws for all rows, a tensor [rows, ...] each; the same for the same seed. */
  draw(rows: number, seed: number): readonly Float32Array[];
  /** Adds nodes that change a batch's inputs, names [B, ...], by what was drawn for its rows; answers the changed ones. */
  nodes(graph: GraphBuilder, inputs: readonly string[], drawn: readonly string[]): readonly string[];
}

export const drawName = (index: number): string => `D${index}`;
