import { type TensorProto, TensorProto_DataType } from 'onnx-buf';

/** Elements of a tensor of 32-bit floats; undefined for another type or for data that lie in another file. */
export function tensorFloats(tensor: TensorProto): Float32Array | undefined {
  if (tensor.dataType !== TensorProto_DataType.FLOAT || tensor.externalData.length > 0) return undefined;
  if (tensor.floatData.length > 0) return Float32Array.from(tensor.floatData);
  // Copied: bytes inside a file are rarely aligned.
  return new Float32Array(Uint8Array.from(tensor.rawData).buffer);
}

/** Elements of a tensor of 64-bit or 32-bit integers as numbers; undefined for another type. */
export function tensorIntegers(tensor: TensorProto): number[] | undefined {
  if (tensor.dataType === TensorProto_DataType.INT64) {
    if (tensor.int64Data.length > 0) return tensor.int64Data.map(Number);
    return [...new BigInt64Array(Uint8Array.from(tensor.rawData).buffer)].map(Number);
  }
  if (tensor.dataType !== TensorProto_DataType.INT32) return undefined;
  if (tensor.int32Data.length > 0) return [...tensor.int32Data];
  return [...new Int32Array(Uint8Array.from(tensor.rawData).buffer)];
}
