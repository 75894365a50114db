import { type AttributeProto, type NodeProto, type TensorProto, TensorProto_DataType } from 'onnx-buf';
import { AppError } from '../../../../shared/errors.ts';

const text = new TextDecoder();

/** What a node's attributes hold, by name; a list or number that is not there is empty or the fallback. */
export class NodeAttributes {
  readonly #byName: ReadonlyMap<string, AttributeProto>;

  constructor(node: NodeProto) {
    this.#byName = new Map(node.attribute.map((attribute) => [attribute.name, attribute]));
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }
  integers(name: string): number[] {
    return (this.#byName.get(name)?.ints ?? []).map(Number);
  }
  integer(name: string, fallback: number): number {
    const found = this.#byName.get(name);
    return found === undefined ? fallback : Number(found.i);
  }
  strings(name: string): string[] {
    return (this.#byName.get(name)?.strings ?? []).map((bytes) => text.decode(bytes));
  }
  string(name: string, fallback: string): string {
    const found = this.#byName.get(name);
    return found === undefined ? fallback : text.decode(found.s);
  }
  float(name: string, fallback: number): number {
    return this.#byName.get(name)?.f ?? fallback;
  }
  /** Floats of a list, or of the tensor of doubles that may stand in its place. */
  numbers(name: string): number[] {
    const tensor = this.#byName.get(`${name}_as_tensor`)?.t ?? this.#byName.get(name)?.t;
    return tensor === undefined ? (this.#byName.get(name)?.floats ?? []) : numbersOf(tensor);
  }
}

/** Values of a tensor of floats, doubles or unsigned bytes. Throws MODEL_INVALID on another kind or outside data. */
export function numbersOf(tensor: TensorProto): number[] {
  const type = TensorProto_DataType;
  const raw = tensor.rawData;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const read = (bytes: number, at: (offset: number) => number): number[] =>
    Array.from({ length: Math.floor(raw.byteLength / bytes) }, (_, index) => at(index * bytes));
  switch (tensor.dataType) {
    case type.FLOAT:
      return raw.length > 0 ? read(4, (at) => view.getFloat32(at, true)) : tensor.floatData;
    case type.DOUBLE:
      return raw.length > 0 ? read(8, (at) => view.getFloat64(at, true)) : tensor.doubleData;
    case type.UINT8:
      return raw.length > 0 ? [...raw] : tensor.int32Data;
    default:
      throw new AppError('MODEL_INVALID', {
        message: `A tree ensemble's tensor "${tensor.name}" holds numbers of a kind it cannot have (${tensor.dataType}).`,
        remedy: 'Export the model again.',
      });
  }
}
