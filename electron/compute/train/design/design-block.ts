import type { InspectedWeight } from '../../../../shared/contract/model-inspection.ts';
import type { Frame } from '../../frame/frame.ts';
import type { GraphBuilder } from '../../onnx/graph-builder.ts';

/** A raw column that a graph takes, [N, 1]. */
export interface RawInput {
  readonly column: string;
  readonly type: 'float' | 'string';
}

/** What one column of the matrix stands for. */
export interface ColumnMeaning {
  readonly column: string;
  readonly part: InspectedWeight['part'];
  /** The word, or the part of a date or of a number's range. */
  readonly word: string | null;
  /** Of a number by its scale: what one of the matrix is in units of the data; 1 otherwise. */
  readonly unit: number;
  /** The first of cells of which a row has one: the one that others can be compared with. */
  readonly isFirstLevel: boolean;
}

/** A meaning without what is rarely said. */
export const meaningOf = (
  column: string,
  part: ColumnMeaning['part'],
  more: Partial<Pick<ColumnMeaning, 'word' | 'unit' | 'isFirstLevel'>> = {},
): ColumnMeaning => ({ column, part, word: null, unit: 1, isFirstLevel: false, ...more });

/** Columns of the matrix that come from one or more raw columns; learnt from training rows only. */
export interface DesignBlock {
  readonly inputs: readonly RawInput[];
  /** What each of its columns says: "age", "workclass = Private", "seen: hour of the day, sine". */
  readonly labels: readonly string[];
  /** The same for machines, in the same order. */
  readonly meanings: readonly ColumnMeaning[];
  /** The version of ONNX its nodes need, where it is later than the usual one. */
  readonly opset?: number;
  /** Writes its columns for every row: cell (row, j) stands at `row * width + at + j` of the matrix, which starts as zeros. */
  encode(frame: Frame, matrix: Float32Array, width: number, at: number): void;
  /** The same numbers as nodes; answers the name of [N, labels.length]. */
  nodes(graph: GraphBuilder): string;
}
