import { countWords } from '../../frame/count-words.ts';
import { type Frame, frameColumn } from '../../frame/frame.ts';
import { type GraphBuilder, OPSET } from '../../onnx/graph-builder.ts';
import type { FeatureColumn } from '../estimator.ts';
import { learnCategory } from './category-block.ts';
import { isMoment, learnDateParts } from './date-block.ts';
import type { ColumnMeaning, DesignBlock, RawInput } from './design-block.ts';
import { learnNumbers } from './number-block.ts';
import type { Scaling } from './number-scale.ts';
import { isProse, learnText } from './text-block.ts';
import { learnWordCodes, type WordCodes } from './word-codes.ts';

/** How raw columns become the matrix that linear models and networks take; learnt from training rows only. */
export interface DesignEncoding {
  readonly blocks: readonly DesignBlock[];
  /** Columns that stand beside the matrix as codes of words, for embeddings. */
  readonly embedded: readonly WordCodes[];
  /** Raw columns the exported graph takes. */
  readonly inputs: readonly RawInput[];
  /** What each column of the matrix says. */
  readonly labels: readonly string[];
  readonly meanings: readonly ColumnMeaning[];
  /** Columns of the matrix. */
  readonly width: number;
  /** The version of ONNX that the nodes need. */
  readonly opset: number;
}

export interface DesignOptions {
  readonly scaling: Scaling;
  /** Steps of equal frequency for skewed numbers and codes; 0 for none. */
  readonly steps: number;
  /** Buckets that word n-grams of prose are hashed into; 0 takes prose as words of a category. */
  readonly textBuckets: number;
  /** Columns of more words than this are embedded instead of having a column a word; Infinity for none. */
  readonly embedAbove: number;
}

export const DESIGN_DEFAULTS: DesignOptions = {
  scaling: 'standard',
  steps: 0,
  textBuckets: 2048,
  embedAbove: Number.POSITIVE_INFINITY,
};

/**
 * Learns an encoding: numbers are scaled, dates and times become parts of day, week and year, words a column each, prose
 * hashed word n-grams. Infinite values, and those that no float can hold, do not count.
 */
export function learnEncoding(
  frame: Frame,
  columns: readonly FeatureColumn[],
  options: Partial<DesignOptions> = {},
): DesignEncoding {
  const { scaling, steps, textBuckets, embedAbove } = { ...DESIGN_DEFAULTS, ...options };
  const numbers: string[] = [];
  const blocks: DesignBlock[] = [];
  const embedded: WordCodes[] = [];
  for (const { name, type } of columns) {
    const column = frameColumn(frame, name);
    if (column.kind === 'number') {
      if (isMoment(type)) blocks.push(learnDateParts(name, type, column.values));
      else numbers.push(name);
    } else if (textBuckets > 0 && isProse(column)) blocks.push(learnText(name, column, textBuckets));
    else if (column.dictionary.length > embedAbove && countWords(column).words.length > embedAbove)
      embedded.push(learnWordCodes(name, column));
    else blocks.push(learnCategory(name, column));
  }
  if (numbers.length > 0) blocks.unshift(learnNumbers(frame, numbers, scaling, steps));
  const used = blocks.filter(({ labels }) => labels.length > 0);
  return {
    blocks: used,
    embedded,
    inputs: [
      ...blocks.flatMap(({ inputs }) => inputs),
      ...embedded.map(({ column }): RawInput => ({ column, type: 'string' })),
    ],
    labels: used.flatMap(({ labels }) => labels),
    meanings: used.flatMap(({ meanings }) => meanings),
    width: used.reduce((sum, { labels }) => sum + labels.length, 0),
    opset: Math.max(OPSET, ...used.map(({ opset }) => opset ?? OPSET)),
  };
}

/** The matrix of a frame, row after row: [rows * width]. The exported graph makes the same numbers. */
export function encodeFrame(frame: Frame, { blocks, width }: DesignEncoding): Float32Array {
  const matrix = new Float32Array(frame.rows * width);
  let at = 0;
  for (const block of blocks) {
    block.encode(frame, matrix, width, at);
    at += block.labels.length;
  }
  return matrix;
}

/** Adds the nodes that make the matrix from raw columns; answers its name, [N, width]. */
export function encodingNodes(graph: GraphBuilder, { blocks }: DesignEncoding): string {
  const parts = blocks.map((block) => block.nodes(graph));
  return parts.length === 1 ? (parts[0] ?? '') : graph.add('Concat', parts, { axis: 1 });
}
