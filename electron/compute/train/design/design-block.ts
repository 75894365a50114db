import type { Frame } from '../../frame/frame.ts';
import type { GraphBuilder } from '../../onnx/graph-builder.ts';

/** A raw column that a graph takes, [N, 1]. */
export interface RawInput {
  readonly column: string;
  readonly type: 'float' | 'string';
}

/** Columns of the matrix that come from one or more raw columns; learnt from training rows only. */
export interface DesignBlock {
  readonly inputs: readonly RawInput[];
  /** What each of its columns says: "age", "workclass = Private", "seen: hour of the day, sine". */
  readonly labels: readonly string[];
  /** The version of ONNX its nodes need, where it is later than the usual one. */
  readonly opset?: number;
  /** Writes its columns for every row: cell (row, j) stands at `row * width + at + j` of the matrix, which starts as zeros. */
  encode(frame: Frame, matrix: Float32Array, width: number, at: number): void;
  /** The same numbers as nodes; answers the name of [N, labels.length]. */
  nodes(graph: GraphBuilder): string;
}
