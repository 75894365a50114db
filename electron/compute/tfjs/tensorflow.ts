/**
 * The part of TensorFlow.js that is used here, by its shape. The package is optional: the program is checked and runs
 * without it, so its own types cannot be asked for.
 */
export interface TfTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  dataSync(): Float32Array | Int32Array | Uint8Array;
  dispose(): void;
}

export interface TensorFlow {
  readonly version: Readonly<Record<string, string>>;
  setBackend(name: string): Promise<boolean>;
  getBackend(): string;
  ready(): Promise<void>;
  tidy<T>(work: () => T): T;
  keep<T extends TfTensor>(tensor: T): T;
  memory(): { readonly numTensors: number };
  tensor(values: ArrayLike<number>, shape: readonly number[], type: 'float32' | 'int32' | 'bool'): TfTensor;
  valueAndGrad(of: (x: TfTensor) => TfTensor): (x: TfTensor) => { readonly value: TfTensor; readonly grad: TfTensor };
  customGrad(
    of: (
      x: TfTensor,
      save: (tensors: TfTensor[]) => void,
    ) => { readonly value: TfTensor; readonly gradFunc: (upstream: TfTensor, saved: TfTensor[]) => TfTensor },
  ): (x: TfTensor) => TfTensor;

  matMul(a: TfTensor, b: TfTensor, turnsA?: boolean, turnsB?: boolean): TfTensor;
  add(a: TfTensor, b: TfTensor): TfTensor;
  sub(a: TfTensor, b: TfTensor): TfTensor;
  mul(a: TfTensor, b: TfTensor): TfTensor;
  div(a: TfTensor, b: TfTensor): TfTensor;
  pow(a: TfTensor, b: TfTensor): TfTensor;
  maximum(a: TfTensor, b: TfTensor): TfTensor;
  minimum(a: TfTensor, b: TfTensor): TfTensor;
  equal(a: TfTensor, b: TfTensor): TfTensor;
  less(a: TfTensor, b: TfTensor): TfTensor;
  lessEqual(a: TfTensor, b: TfTensor): TfTensor;
  greater(a: TfTensor, b: TfTensor): TfTensor;
  where(condition: TfTensor, a: TfTensor, b: TfTensor): TfTensor;
  relu(x: TfTensor): TfTensor;
  sigmoid(x: TfTensor): TfTensor;
  tanh(x: TfTensor): TfTensor;
  exp(x: TfTensor): TfTensor;
  log(x: TfTensor): TfTensor;
  sqrt(x: TfTensor): TfTensor;
  abs(x: TfTensor): TfTensor;
  neg(x: TfTensor): TfTensor;
  cos(x: TfTensor): TfTensor;
  floor(x: TfTensor): TfTensor;
  softmax(x: TfTensor, axis?: number): TfTensor;
  logSoftmax(x: TfTensor, axis?: number): TfTensor;
  cast(x: TfTensor, type: string): TfTensor;
  sum(x: TfTensor, axes?: readonly number[], keepsAxes?: boolean): TfTensor;
  mean(x: TfTensor, axes?: readonly number[], keepsAxes?: boolean): TfTensor;
  reshape(x: TfTensor, shape: readonly number[]): TfTensor;
  squeeze(x: TfTensor, axes?: readonly number[]): TfTensor;
  expandDims(x: TfTensor, axis: number): TfTensor;
  gather(x: TfTensor, indices: TfTensor, axis?: number): TfTensor;
  oneHot(indices: TfTensor, depth: number): TfTensor;
  concat(parts: readonly TfTensor[], axis: number): TfTensor;
  split(x: TfTensor, sizes: readonly number[], axis: number): TfTensor[];
}

/** TensorFlow.js ready to compute, and what it computes on. */
export interface LoadedTensorFlow {
  readonly tf: TensorFlow;
  /** "TensorFlow.js 4.22.0 on tfjs-node (TensorFlow 2.21.0)", "TensorFlow.js 4.22.0 on WebAssembly". */
  readonly label: string;
  readonly isNative: boolean;
}
