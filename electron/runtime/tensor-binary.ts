import { datatypeRecord, elementCount, type Tensor, type TensorData, type TensorSpec } from './datatypes.ts';
import { RequestError } from './request-error.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads little-endian bytes of the binary extension. Throws RequestError when they are not of the shape. */
export function readBinaryTensor(input: TensorSpec, shape: readonly number[], bytes: Buffer): Tensor {
  const count = elementCount(shape);
  return {
    datatype: input.datatype,
    shape,
    data: input.datatype === 'BYTES' ? readTexts(input, bytes, count) : readNumbers(input, bytes, count),
  };
}

function readNumbers(input: TensorSpec, bytes: Buffer, count: number): TensorData {
  const record = datatypeRecord(input.datatype);
  if (bytes.length !== count * record.bytes) {
    throw new RequestError(
      400,
      `Input "${input.name}": ${bytes.length} bytes for ${count} values of ${input.datatype}, which take ${count * record.bytes}.`,
    );
  }
  const data = record.make(count);
  // Copied: the body's bytes are rarely aligned.
  if (!Array.isArray(data)) Buffer.from(data.buffer, data.byteOffset, data.byteLength).set(bytes);
  if (record.kind === 'boolean') for (let i = 0; i < count; i++) data[i] = data[i] === 0 ? 0 : 1;
  return data;
}

/** Text items: each a 4-byte length, then UTF-8 bytes. */
function readTexts(input: TensorSpec, bytes: Buffer, count: number): string[] {
  const texts: string[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    if (offset + 4 > bytes.length) throw new RequestError(400, `Input "${input.name}": the last item has no length.`);
    const length = bytes.readUInt32LE(offset);
    offset += 4;
    if (offset + length > bytes.length || texts.length === count) {
      throw new RequestError(400, `Input "${input.name}": its bytes do not hold ${count} items.`);
    }
    try {
      texts.push(utf8.decode(bytes.subarray(offset, offset + length)));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new RequestError(400, `Input "${input.name}", item ${texts.length + 1} is not UTF-8.`);
    }
    offset += length;
  }
  if (texts.length !== count) {
    throw new RequestError(400, `Input "${input.name}": ${texts.length} items for a shape of ${count}.`);
  }
  return texts;
}

/** Bytes of tensor data as the binary extension wants them. */
export function binaryData(data: TensorData): Buffer {
  if (!Array.isArray(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat(
    data.flatMap((text) => {
      const bytes = Buffer.from(text, 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}
