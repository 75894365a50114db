import { datatypeOfOnnx, datatypeRecord, type Tensor, type TensorData, type TensorSpec } from './datatypes.ts';

export type EngineKind = 'native' | 'wasm';

/** A loaded model. `run` takes one tensor an input, in their order, and answers one an output. */
export interface ModelEngine {
  readonly kind: EngineKind;
  /** "onnxruntime-node 1.30.0". */
  readonly label: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  run(feeds: readonly Tensor[]): Promise<readonly Tensor[]>;
}

interface OrtTensor {
  readonly type: string;
  readonly data: TensorData;
  readonly dims: readonly number[];
}

interface ValueMetadata {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type?: string;
  readonly shape?: readonly (number | string)[];
}

/** The part of ONNX Runtime's JavaScript interface that both of its builds share. */
export interface OrtModule {
  readonly env: {
    readonly versions: Record<string, string | undefined>;
    wasm: { numThreads?: number; wasmBinary?: ArrayBuffer; wasmPaths?: unknown };
    logLevel?: string;
  };
  readonly Tensor: new (type: string, data: TensorData, dims: readonly number[]) => OrtTensor;
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: Record<string, unknown>,
    ): Promise<{
      readonly inputMetadata: readonly ValueMetadata[];
      readonly outputMetadata: readonly ValueMetadata[];
      run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>>;
    }>;
  };
}

/** Free dimensions come as names, as -1 or as its unsigned 32-bit form. */
const dimension = (size: number | string): number =>
  typeof size === 'number' && size >= 0 && size < 2 ** 31 ? size : -1;

function specOf(value: ValueMetadata): TensorSpec {
  const datatype = value.isTensor && value.type !== undefined ? datatypeOfOnnx(value.type) : undefined;
  if (!datatype)
    throw new Error(
      `The model's "${value.name}" is ${value.isTensor ? `of type ${value.type}` : 'no tensor'}, which cannot be served.`,
    );
  return { name: value.name, datatype, shape: (value.shape ?? []).map(dimension) };
}

/** Loads a model into one of ONNX Runtime's builds. One thread: requests are many and small. */
export async function createEngine(
  ort: OrtModule,
  model: Uint8Array,
  { kind, label }: { readonly kind: EngineKind; readonly label: string },
): Promise<ModelEngine> {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: [kind === 'wasm' ? 'wasm' : 'cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  const inputs = session.inputMetadata.map(specOf);
  const outputs = session.outputMetadata.map(specOf);
  return {
    kind,
    label,
    inputs,
    outputs,
    async run(feeds) {
      const named: Record<string, OrtTensor> = {};
      for (let i = 0; i < feeds.length; i++) {
        const [input, feed] = [inputs[i], feeds[i]];
        if (input && feed)
          named[input.name] = new ort.Tensor(datatypeRecord(feed.datatype).onnx, feed.data, feed.shape);
      }
      const answer = await session.run(named);
      return outputs.map(({ name, datatype }) => {
        const tensor = answer[name];
        if (!tensor) throw new Error(`The model gave no "${name}".`);
        return { datatype, shape: tensor.dims, data: tensor.data };
      });
    },
  };
}
