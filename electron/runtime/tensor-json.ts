import type { BundleColumnType } from '../../shared/bundle-format.ts';
import {
  type Datatype,
  datatypeRecord,
  elementCount,
  type Tensor,
  type TensorData,
  type TensorSpec,
} from './datatypes.ts';
import { quoted, RequestError } from './request-error.ts';

/** An input of the served model with the type of the raw column behind it. */
export interface ServedInput extends TensorSpec {
  readonly columnType: BundleColumnType | null;
}

const DAY_OR_TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

const EXPECTED: Readonly<Record<BundleColumnType, string>> = {
  integer: 'a number',
  number: 'a number',
  boolean: 'true or false',
  text: 'text',
  date: 'a date',
  timestamp: 'a time',
  time: 'a number of milliseconds',
  json: 'text',
};

function refuse(input: ServedInput, row: number, value: unknown): never {
  const { kind } = datatypeRecord(input.datatype);
  const expected =
    (input.columnType && kind !== 'text' ? EXPECTED[input.columnType] : undefined) ??
    { float: 'a number', integer: 'a whole number', long: 'a whole number', boolean: 'true or false', text: 'text' }[
      kind
    ];
  throw new RequestError(400, `Column "${input.name}", row ${row + 1}: ${quoted(value)} is not ${expected}.`);
}

/** The number behind a JSON value of a column; undefined when it is none. A missing value is NaN. */
function numberOf(value: unknown, columnType: BundleColumnType | null): number | undefined {
  if (value === null) return Number.NaN;
  if (typeof value === 'boolean') return columnType === 'boolean' || columnType === null ? Number(value) : undefined;
  if (typeof value === 'string') {
    if (columnType !== 'date' && columnType !== 'timestamp') return undefined;
    if (!DAY_OR_TIME.test(value)) return undefined;
    // Times without a zone are UTC, as on import.
    const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(value) || value.length === 10;
    const time = Date.parse(hasZone ? value : `${value.replace(' ', 'T')}Z`);
    return Number.isNaN(time) ? undefined : time;
  }
  if (typeof value !== 'number') return undefined;
  if (columnType === 'boolean' && value !== 0 && value !== 1) return undefined;
  return value;
}

function fillFloats(input: ServedInput, values: readonly unknown[], width: number): TensorData {
  const { make, lowest, highest } = datatypeRecord(input.datatype);
  const data = make(values.length);
  // The metadata promise a float: a fraction in a column of whole numbers is for its rule of type to tell.
  const isPlain = input.columnType === null || input.columnType === 'number' || input.columnType === 'integer';
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const number = isPlain && typeof value === 'number' ? value : numberOf(value, input.columnType);
    if (number === undefined || number < lowest || number > highest) refuse(input, Math.floor(i / width), value);
    data[i] = number;
  }
  return data;
}

function fillIntegers(input: ServedInput, values: readonly unknown[], width: number): TensorData {
  const { make, kind, lowest, highest } = datatypeRecord(input.datatype);
  const data = make(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const number = typeof value === 'boolean' && kind === 'boolean' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < lowest || number > highest) {
      refuse(input, Math.floor(i / width), value);
    }
    data[i] = kind === 'long' ? BigInt(number) : number;
  }
  return data;
}

function fillText(input: ServedInput, values: readonly unknown[], width: number): TensorData {
  const data = new Array<string>(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    // The graph of a model knows a missing category as the empty text.
    const text = value === null ? '' : value;
    if (typeof text !== 'string') refuse(input, Math.floor(i / width), value);
    data[i] = text;
  }
  return data;
}

/** Values of one input in row-major order as tensor data. Throws RequestError naming column, row and value. */
export function fillTensor(input: ServedInput, values: readonly unknown[], width: number): TensorData {
  switch (datatypeRecord(input.datatype).kind) {
    case 'float':
      return fillFloats(input, values, width);
    case 'text':
      return fillText(input, values, width);
    default:
      return fillIntegers(input, values, width);
  }
}

/** The shape a request may give an input; [N] is taken for [N,1]. Throws RequestError when it does not fit. */
export function checkShape(input: TensorSpec, shape: unknown): readonly number[] {
  if (!Array.isArray(shape) || !shape.every((size) => Number.isInteger(size) && size >= 0 && size <= 2 ** 31)) {
    throw new RequestError(
      400,
      `Input "${input.name}": "shape" must be a list of whole numbers, not ${quoted(shape)}.`,
    );
  }
  const given: readonly number[] = shape;
  const wanted = input.shape;
  const sizes = given.length === 1 && wanted.length === 2 && wanted[1] === 1 ? [given[0] ?? 0, 1] : given;
  if (sizes.length !== wanted.length || wanted.some((size, axis) => size !== -1 && size !== sizes[axis])) {
    throw new RequestError(400, `Input "${input.name}": shape ${quoted(given)} does not fit ${quoted(wanted)}.`);
  }
  if (sizes[0] === 0) throw new RequestError(400, `Input "${input.name}" has no rows.`);
  return sizes;
}

/** Nested lists flattened in row-major order; depth and lengths must be those of the shape. */
function flatten(input: TensorSpec, data: readonly unknown[], shape: readonly number[]): readonly unknown[] {
  const flat: unknown[] = [];
  const walk = (values: readonly unknown[], axis: number): void => {
    if (values.length !== shape[axis]) {
      throw new RequestError(
        400,
        `Input "${input.name}": a list of ${values.length} where shape ${quoted(shape)} asks for ${shape[axis]}.`,
      );
    }
    for (const value of values) {
      if (axis === shape.length - 1) flat.push(value);
      else if (Array.isArray(value)) walk(value, axis + 1);
      else throw new RequestError(400, `Input "${input.name}": ${quoted(value)} where a list belongs.`);
    }
  };
  walk(data, 0);
  return flat;
}

/** Reads the JSON form of a tensor: `data` flat in row-major order or nested as its shape. */
export function readJsonTensor(input: ServedInput, shape: readonly number[], data: unknown): Tensor {
  if (!Array.isArray(data)) throw new RequestError(400, `Input "${input.name}" has no list "data".`);
  const count = elementCount(shape);
  const isNested = Array.isArray(data[0]);
  if (!isNested && data.length !== count) {
    throw new RequestError(
      400,
      `Input "${input.name}": ${data.length} values for shape ${quoted(shape)}, which asks for ${count}.`,
    );
  }
  const values = isNested ? flatten(input, data, shape) : data;
  return { datatype: input.datatype, shape, data: fillTensor(input, values, count / (shape[0] ?? 1)) };
}

/** JSON text of tensor data: a flat list. What JSON cannot say (NaN, Infinity) is null. */
export function jsonData(datatype: Datatype, data: TensorData): string {
  if (datatype === 'BYTES') return JSON.stringify(data);
  if (datatype === 'BOOL') return `[${Array.from(data as Uint8Array, (value) => value !== 0).join(',')}]`;
  let text = '[';
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (i > 0) text += ',';
    text += typeof value === 'number' && !Number.isFinite(value) ? 'null' : value;
  }
  return `${text}]`;
}
