import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type GraphProto, type TensorProto, TensorProto_DataLocation } from 'onnx-buf';
import { AppError } from '../../../shared/errors.ts';

/** All constants of a graph, those of its sub-graphs and attributes too. */
export function constantsOf(graph: GraphProto): TensorProto[] {
  const inside = graph.node.flatMap((node) =>
    node.attribute.flatMap((attribute) => [
      ...(attribute.t ? [attribute.t] : []),
      ...attribute.tensors,
      ...[...(attribute.g ? [attribute.g] : []), ...attribute.graphs].flatMap(constantsOf),
    ]),
  );
  return [...graph.initializer, ...inside];
}

const refuse = (tensor: string, what: string, remedy: string): AppError =>
  new AppError('MODEL_INVALID', {
    message: `The weight "${tensor.slice(0, 200)}" ${what}`,
    remedy,
    kept: 'Nothing was changed.',
    details: { tensor: tensor.slice(0, 200) },
  });

/**
 * Reads weights that lie in files beside the model into the model itself. A place that leaves the model's folder is refused
 * without a look at it, as are links, files that are not there and lengths past their end.
 */
export async function readExternalData(graph: GraphProto, folder: string, most: number): Promise<void> {
  let total = 0;
  for (const tensor of constantsOf(graph)) {
    if (tensor.dataLocation !== TensorProto_DataLocation.EXTERNAL && tensor.externalData.length === 0) continue;
    const entry = (key: string): string | undefined => tensor.externalData.find((one) => one.key === key)?.value;
    const location = entry('location') ?? '';
    const parts = location.split('/');
    if (location === '' || /^[A-Za-z]:|[\\\0]|^\//.test(location) || parts.some((part) => part === '..' || part === ''))
      throw refuse(
        tensor.name,
        `is said to lie at "${location.slice(0, 200)}", outside of the model's folder; that file was not read.`,
        'Save the model with its weights inside or in a file beside it.',
      );
    const path = join(folder, ...parts);
    const found = await lstat(path).catch(() => undefined);
    if (!found)
      throw refuse(
        tensor.name,
        `lies in the file "${location.slice(0, 200)}", which is not beside the model.`,
        'Put that file into the same folder, and import the model by its path.',
      );
    if (!found.isFile())
      throw refuse(tensor.name, `lies at "${location.slice(0, 200)}", which is no file.`, 'Save the model anew.');
    const offset = Number(entry('offset') ?? 0);
    const length = Number(entry('length') ?? found.size - offset);
    const isWhole = [offset, length].every((value) => Number.isSafeInteger(value) && value >= 0);
    if (!isWhole || offset + length > found.size)
      throw refuse(
        tensor.name,
        `is said to take ${length} bytes from ${offset} of "${location.slice(0, 200)}", which has ${found.size}.`,
        'Copy both files again: one of them is cut off.',
      );
    total += length;
    if (total > most)
      throw refuse(tensor.name, `makes the weights larger than ${most / 2 ** 30} GB.`, 'Use a smaller model.');
    const file = await open(path);
    try {
      const bytes = new Uint8Array(length);
      await file.read(bytes, 0, length, offset);
      tensor.rawData = bytes;
    } finally {
      await file.close();
    }
    tensor.externalData = [];
    tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
  }
}
