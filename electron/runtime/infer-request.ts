import type { Tensor } from './datatypes.ts';
import { quoted, RequestError } from './request-error.ts';
import { readBinaryTensor } from './tensor-binary.ts';
import { checkShape, readJsonTensor, type ServedInput } from './tensor-json.ts';

export interface OutputWish {
  /** Index among the model's outputs. */
  readonly index: number;
  readonly isBinary: boolean;
}

/** A request of the Open Inference Protocol, read and checked. */
export interface InferRequest {
  readonly id: string | undefined;
  readonly rows: number;
  /** One an input of the model, in its order. */
  readonly feeds: readonly Tensor[];
  readonly outputs: readonly OutputWish[];
}

export interface ServedSignature {
  readonly inputs: readonly ServedInput[];
  /** Place of an input by its name: models may have thousands. */
  readonly inputIndex: ReadonlyMap<string, number>;
  readonly outputs: readonly { readonly name: string }[];
}

type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const namesOf = (specs: readonly { readonly name: string }[]): string =>
  specs.map(({ name }) => `"${name}"`).join(', ');

function parametersOf(holder: JsonObject, what: string): JsonObject {
  const parameters = holder['parameters'];
  if (parameters === undefined || parameters === null) return {};
  if (!isObject(parameters)) throw new RequestError(400, `The "parameters" of ${what} must be an object.`);
  return parameters;
}

/**
 * Reads a request body. `tail` holds the bytes behind the JSON part in the binary extension. Throws RequestError that
 * names the input, the row and the value at fault.
 */
export function readInferRequest(body: unknown, tail: Buffer, signature: ServedSignature): InferRequest {
  if (!isObject(body)) throw new RequestError(400, 'The body must be a JSON object.');
  const { id, inputs } = body;
  if (id !== undefined && id !== null && typeof id !== 'string') throw new RequestError(400, '"id" must be text.');
  if (!Array.isArray(inputs) || inputs.length === 0) {
    throw new RequestError(400, `"inputs" must be a list of ${namesOf(signature.inputs)}.`);
  }
  const parameters = parametersOf(body, 'the request');
  const feeds = readFeeds(inputs, tail, signature);
  const rows = feeds[0]?.shape[0] ?? 1;
  const isBinary = parameters['binary_data_output'] === true;
  return {
    id: typeof id === 'string' ? id : undefined,
    rows,
    feeds,
    outputs: readWishes(body['outputs'], isBinary, signature),
  };
}

function readFeeds(given: readonly unknown[], tail: Buffer, { inputs, inputIndex }: ServedSignature): Tensor[] {
  const feeds = new Array<Tensor | undefined>(inputs.length).fill(undefined);
  let offset = 0;
  for (const tensor of given) {
    if (!isObject(tensor))
      throw new RequestError(400, 'Every input must be an object with name, shape, datatype and data.');
    const { name } = tensor;
    const index = typeof name === 'string' ? (inputIndex.get(name) ?? -1) : -1;
    const input = inputs[index];
    if (!input) {
      throw new RequestError(400, `The model has no input ${quoted(name)}. Its inputs: ${namesOf(inputs)}.`);
    }
    if (feeds[index]) throw new RequestError(400, `Input "${input.name}" is given twice.`);
    if (tensor['datatype'] !== input.datatype) {
      throw new RequestError(400, `Input "${input.name}" is ${input.datatype}, not ${quoted(tensor['datatype'])}.`);
    }
    const shape = checkShape(input, tensor['shape']);
    const size = parametersOf(tensor, `input "${input.name}"`)['binary_data_size'];
    if (size === undefined) {
      feeds[index] = readJsonTensor(input, shape, tensor['data']);
      continue;
    }
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || offset + size > tail.length) {
      throw new RequestError(
        400,
        `Input "${input.name}": the body does not hold binary_data_size ${quoted(size)} bytes.`,
      );
    }
    if (tensor['data'] !== undefined)
      throw new RequestError(400, `Input "${input.name}" has both "data" and binary data.`);
    feeds[index] = readBinaryTensor(input, shape, tail.subarray(offset, offset + size));
    offset += size;
  }
  if (offset !== tail.length)
    throw new RequestError(400, `${tail.length - offset} bytes behind the last binary tensor.`);
  return complete(feeds, inputs);
}

function complete(feeds: readonly (Tensor | undefined)[], inputs: readonly ServedInput[]): Tensor[] {
  const missing = inputs.filter((_, i) => feeds[i] === undefined);
  if (missing.length > 0) throw new RequestError(400, `Missing input ${namesOf(missing)}.`);
  const found = feeds.filter((feed) => feed !== undefined);
  const rows = found[0]?.shape[0];
  const other = found.findIndex((feed, i) => inputs[i]?.shape[0] === -1 && feed.shape[0] !== rows);
  if (other > 0) {
    throw new RequestError(
      400,
      `Input "${inputs[other]?.name}" has ${found[other]?.shape[0]} rows, "${inputs[0]?.name}" has ${rows}.`,
    );
  }
  return found;
}

function readWishes(given: unknown, isBinaryByDefault: boolean, { outputs }: ServedSignature): OutputWish[] {
  const all = () => outputs.map((_, index) => ({ index, isBinary: isBinaryByDefault }));
  if (given === undefined || given === null) return all();
  if (!Array.isArray(given)) throw new RequestError(400, '"outputs" must be a list.');
  if (given.length === 0) return all();
  return given.map((wish: unknown) => {
    const index = isObject(wish) ? outputs.findIndex(({ name }) => name === wish['name']) : -1;
    if (!isObject(wish) || index < 0) {
      throw new RequestError(
        400,
        `The model has no output ${quoted(isObject(wish) ? wish['name'] : wish)}. Its outputs: ${namesOf(outputs)}.`,
      );
    }
    const asked = parametersOf(wish, `output "${outputs[index]?.name}"`)['binary_data'];
    return { index, isBinary: typeof asked === 'boolean' ? asked : isBinaryByDefault };
  });
}
