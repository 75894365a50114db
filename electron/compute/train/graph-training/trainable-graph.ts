import type { GraphBuilder } from '../../onnx/graph-builder.ts';

/** A tensor that training moves. */
export interface TrainedParameter {
  readonly name: string;
  readonly dims: readonly number[];
  /** Where training starts. */
  readonly values: Float32Array;
  /** Whether weight decay pulls it to zero: weights as a rule, biases and scales not. */
  readonly isDecayed: boolean;
}

/** A network of any form: nodes from a batch and named parameters to raw scores. */
export interface TrainableGraph {
  /** Dimensions of one row of each input. */
  readonly inputs: readonly (readonly number[])[];
  /** Numbers answered a row. */
  readonly outputs: number;
  readonly parameters: readonly TrainedParameter[];
  /**
   * Adds the forward pass: `inputs` name batches [B, ...], `nameOf` says what a parameter is called in this graph. Answers
   * the raw scores, [B, outputs].
   */
  forward(graph: GraphBuilder, inputs: readonly string[], nameOf: (parameter: string) => string): string;
}

/** Rows to learn from or to be judged by; tensors hold row after row. */
export interface GraphRows {
  readonly rows: number;
  readonly inputs: readonly Float32Array[];
  /** One-hot for several classes, 0 or 1 for two: [rows, outputs]. */
  readonly answers: Float32Array;
  /** Class index, or 0 and 1. */
  readonly targets: Float64Array;
  readonly weights: Float32Array;
}
