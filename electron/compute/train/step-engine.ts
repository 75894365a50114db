import type { Tensor } from 'onnxruntime-node';
import type { EpochOptions } from './epoch-graph.ts';

/** Rows to learn from or to be judged by: inputs [N, ...] in the network's order, answers [N, outputs], weights [N, 1]. */
export interface TrainingRows {
  readonly rows: number;
  readonly inputs: readonly Tensor[];
  readonly answers: Tensor;
  /** Null: all weigh the same. */
  readonly weights: Tensor | null;
}

/** What goes from step to step, by the names of `stateNames`. */
export type StepState = Readonly<Record<string, Float32Array>>;

/** What a call takes: the state before it, the rows of its steps, and what was drawn for all rows in this epoch. */
export interface EngineCall {
  readonly state: StepState;
  readonly order: Int32Array;
  readonly learningRate: number;
  readonly drawn?: readonly Float32Array[];
}

/** What an engine is opened for. */
export interface EngineJob {
  readonly options: EpochOptions;
  readonly train: TrainingRows;
  readonly validation: TrainingRows;
  readonly threads: number;
  /** Threads that share one step; 1 is quicker for small networks. */
  readonly stepThreads: number;
}

/** A library that takes training steps: ONNX Runtime on one of its providers, or TensorFlow.js. */
export interface StepEngine {
  /** What computes, for people: "CPU", "WebGPU", "TensorFlow.js on ...". */
  readonly label: string;
  /** Takes a step for each part of `order` that is a batch long; the state after the last, and the loss of each. */
  run(call: EngineCall): Promise<{ readonly state: Record<string, Float32Array>; readonly losses: Float32Array }>;
  /** The weighted loss of each of the rows under the given parameters. */
  judge(parameters: Float32Array, rows: TrainingRows): Promise<Float32Array>;
  release(): Promise<void>;
}
