import type { ValueInfoProto } from 'onnx-buf';
import { DOUBLE, FLOAT, FLOAT16 } from './graph-builder.ts';

/** An input or a result of a graph, as it is declared. */
export interface GraphTensor {
  readonly name: string;
  readonly elemType: number;
  /** -1 is a free dimension; undefined when the model does not say. */
  readonly dims: readonly number[] | undefined;
}

/** Numbers with a missing value: a column becomes any of them without a word. */
export const FLOATS = new Set<number>([FLOAT, DOUBLE, FLOAT16]);

/** Undefined for what is no tensor. */
export function tensorOf(value: ValueInfoProto): GraphTensor | undefined {
  const type = value.type?.value;
  if (type?.case !== 'tensorType') return undefined;
  const dims = type.value.shape?.dim.map(({ value: size }) =>
    size.case === 'dimValue' && size.value >= 0n ? Number(size.value) : -1,
  );
  return { name: value.name, elemType: type.value.elemType, dims };
}
