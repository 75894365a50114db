export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | string[];

export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  /** -1 is a free dimension. */
  readonly shape: readonly number[];
}

export interface Tensor {
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** A datatype of the Open Inference Protocol that ONNX Runtime takes as it is. */
export interface DatatypeRecord {
  readonly name: string;
  /** ONNX Runtime's name of the element type. */
  readonly onnx: string;
  readonly kind: 'float' | 'integer' | 'long' | 'boolean' | 'text';
  /** Bytes of an element in the binary extension; 0 for text, whose items carry their own length. */
  readonly bytes: number;
  readonly lowest: number;
  readonly highest: number;
  make(length: number): TensorData;
}

const LARGEST_FLOAT32 = 3.4028234663852886e38;

const DATATYPES = {
  FP32: row('FP32', 'float32', 'float', 4, -LARGEST_FLOAT32, LARGEST_FLOAT32, (n) => new Float32Array(n)),
  FP64: row('FP64', 'float64', 'float', 8, -Number.MAX_VALUE, Number.MAX_VALUE, (n) => new Float64Array(n)),
  INT8: row('INT8', 'int8', 'integer', 1, -128, 127, (n) => new Int8Array(n)),
  UINT8: row('UINT8', 'uint8', 'integer', 1, 0, 255, (n) => new Uint8Array(n)),
  INT16: row('INT16', 'int16', 'integer', 2, -32768, 32767, (n) => new Int16Array(n)),
  UINT16: row('UINT16', 'uint16', 'integer', 2, 0, 65535, (n) => new Uint16Array(n)),
  INT32: row('INT32', 'int32', 'integer', 4, -(2 ** 31), 2 ** 31 - 1, (n) => new Int32Array(n)),
  UINT32: row('UINT32', 'uint32', 'integer', 4, 0, 2 ** 32 - 1, (n) => new Uint32Array(n)),
  // JSON numbers past 2^53 have already lost digits: they are refused rather than rounded.
  INT64: row('INT64', 'int64', 'long', 8, -(2 ** 53), 2 ** 53, (n) => new BigInt64Array(n)),
  UINT64: row('UINT64', 'uint64', 'long', 8, 0, 2 ** 53, (n) => new BigUint64Array(n)),
  BOOL: row('BOOL', 'bool', 'boolean', 1, 0, 1, (n) => new Uint8Array(n)),
  BYTES: row('BYTES', 'string', 'text', 0, 0, 0, (n) => new Array<string>(n).fill('')),
} as const;

export type Datatype = keyof typeof DATATYPES;

function row(
  name: string,
  onnx: string,
  kind: DatatypeRecord['kind'],
  bytes: number,
  lowest: number,
  highest: number,
  make: (length: number) => TensorData,
): DatatypeRecord {
  return { name, onnx, kind, bytes, lowest, highest, make };
}

export const datatypeRecord = (name: Datatype): DatatypeRecord => DATATYPES[name];

export const isDatatype = (name: string): name is Datatype => Object.hasOwn(DATATYPES, name);

/** The protocol's datatype for ONNX Runtime's element type, undefined for one the server does not carry. */
export function datatypeOfOnnx(onnx: string): Datatype | undefined {
  for (const name of Object.keys(DATATYPES)) if (isDatatype(name) && DATATYPES[name].onnx === onnx) return name;
  return undefined;
}

/** Elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** Elements [from, to) without a copy where the data allow it. */
export function sliceData(data: TensorData, from: number, to: number): TensorData {
  return Array.isArray(data) ? data.slice(from, to) : data.subarray(from, to);
}

/** All parts one after the other; parts are of one datatype. */
export function joinData(datatype: Datatype, parts: readonly TensorData[]): TensorData {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  if (datatype === 'BYTES') return parts.flatMap((part) => (Array.isArray(part) ? part : []));
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = datatypeRecord(datatype).make(length);
  let offset = 0;
  for (const part of parts) {
    copyInto(joined, part, offset);
    offset += part.length;
  }
  return joined;
}

function copyInto(target: TensorData, source: TensorData, offset: number): void {
  // `set` of a number array and of a bigint array cannot be told apart by the type: both sides are of one datatype.
  if (!Array.isArray(target) && !Array.isArray(source))
    (target as { set(from: unknown, at: number): void }).set(source, offset);
}
