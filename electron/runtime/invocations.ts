import { elementCount, type Tensor, type TensorSpec } from './datatypes.ts';
import { isObject } from './infer-request.ts';
import { quoted, RequestError } from './request-error.ts';
import { checkShape, fillTensor, readJsonTensor, type ServedInput } from './tensor-json.ts';

const FORMS = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;

export interface Rows {
  readonly rows: number;
  readonly feeds: readonly Tensor[];
}

/**
 * Reads the body of MLflow's `/invocations`, which has exactly one of its four forms. Columns that the model does not take
 * are passed over, as MLflow does; one that it lacks is refused. Throws RequestError.
 */
export function readInvocation(body: unknown, inputs: readonly ServedInput[]): Rows {
  if (!isObject(body)) throw new RequestError(400, 'The body must be a JSON object.');
  const forms = FORMS.filter((form) => Object.hasOwn(body, form));
  const [form] = forms;
  if (forms.length !== 1 || !form) {
    throw new RequestError(400, `The body must have exactly one of ${FORMS.join(', ')}; it has ${forms.length}.`);
  }
  const given = body[form];
  switch (form) {
    case 'dataframe_split':
      return fromSplit(given, inputs);
    case 'dataframe_records':
      return fromRecords(given, inputs, form);
    case 'instances':
      return Array.isArray(given) && given.length > 0 && !given.every(isObject)
        ? fromTensor(given, inputs, form)
        : fromRecords(given, inputs, form);
    case 'inputs':
      return isObject(given) ? fromColumns(given, inputs) : fromTensor(given, inputs, form);
  }
}

function fromSplit(given: unknown, inputs: readonly ServedInput[]): Rows {
  if (!isObject(given) || !Array.isArray(given['columns']) || !Array.isArray(given['data'])) {
    throw new RequestError(400, '"dataframe_split" must be an object with "columns" and "data".');
  }
  const columns: readonly unknown[] = given['columns'];
  const rows: readonly unknown[] = given['data'];
  const places = new Map(columns.map((name, index) => [name, index]));
  if (places.size !== columns.length) throw new RequestError(400, 'A column is named twice in "columns".');
  const ragged = rows.findIndex((row) => !Array.isArray(row) || row.length !== columns.length);
  if (ragged >= 0) throw new RequestError(400, `Row ${ragged + 1} must be a list of ${columns.length} values.`);
  return fromCells(inputs, rows.length, (input, row) => {
    const index = places.get(input.name) ?? -1;
    const cells = rows[row];
    return index >= 0 && Array.isArray(cells) ? cells[index] : undefined;
  });
}

function fromRecords(given: unknown, inputs: readonly ServedInput[], form: string): Rows {
  if (!Array.isArray(given)) throw new RequestError(400, `"${form}" must be a list.`);
  for (const [index, record] of given.entries())
    if (!isObject(record)) throw new RequestError(400, `Row ${index + 1} must be an object, not ${quoted(record)}.`);
  return fromCells(inputs, given.length, ({ name }, row) => {
    const record: unknown = given[row];
    return isObject(record) && Object.hasOwn(record, name) ? record[name] : undefined;
  });
}

/** One tensor an input from cells; a cell of a wider input is itself a list. */
function fromCells(
  inputs: readonly ServedInput[],
  rows: number,
  cell: (input: ServedInput, row: number) => unknown,
): Rows {
  if (rows === 0) throw new RequestError(400, 'The request has no rows.');
  const feeds = inputs.map((input) => {
    const sizes = sizesOf(input, cell(input, 0));
    const isCell = elementCount(sizes) === 1;
    const values: unknown[] = [];
    for (let row = 0; row < rows; row++) {
      const value = cell(input, row);
      if (value === undefined) throw new RequestError(400, `Row ${row + 1} lacks the column "${input.name}".`);
      values.push(isCell && Array.isArray(value) && value.length === 1 ? value[0] : value);
    }
    if (!isCell) return readJsonTensor(input, checkShape(input, [rows, ...sizes]), values);
    return { datatype: input.datatype, shape: [rows, ...sizes], data: fillTensor(input, values, 1) };
  });
  return { rows, feeds };
}

/** Dimensions of a row; free ones are those of the first row's nested lists. */
function sizesOf({ shape }: ServedInput, first: unknown): number[] {
  let inner = first;
  return shape.slice(1).map((size) => {
    const length = Array.isArray(inner) ? inner.length : 1;
    inner = Array.isArray(inner) ? inner[0] : inner;
    return size === -1 ? length : size;
  });
}

function fromColumns(given: Readonly<Record<string, unknown>>, inputs: readonly ServedInput[]): Rows {
  const columns = new Map<string, readonly unknown[]>();
  for (const { name } of inputs) {
    const column = Object.hasOwn(given, name) ? given[name] : undefined;
    if (!Array.isArray(column)) throw new RequestError(400, `The column "${name}" must be a list.`);
    columns.set(name, column);
  }
  const lengths = [...columns].map(([, column]) => column.length);
  const different = [...columns].find(([, column]) => column.length !== lengths[0]);
  if (different) {
    throw new RequestError(400, `The column "${different[0]}" has ${different[1].length} rows, others ${lengths[0]}.`);
  }
  return fromCells(inputs, lengths[0] ?? 0, ({ name }, row) => columns.get(name)?.[row]);
}

/** A bare tensor is for a model of one input. */
function fromTensor(given: unknown, inputs: readonly ServedInput[], form: string): Rows {
  const [input] = inputs;
  if (!input || inputs.length !== 1) {
    throw new RequestError(400, `"${form}" must name the columns: ${inputs.map(({ name }) => name).join(', ')}.`);
  }
  if (!Array.isArray(given)) throw new RequestError(400, `"${form}" must be a list.`);
  return fromCells(inputs, given.length, (_, row) => given[row]);
}

/** JSON text of MLflow's answer: one record a row. */
export function writePredictions(outputs: readonly TensorSpec[], tensors: readonly Tensor[], rows: number): string {
  const cells = tensors.map((tensor) => cellTexts(tensor, rows));
  const names = outputs.map(({ name }) => JSON.stringify(name));
  const records: string[] = [];
  for (let row = 0; row < rows; row++)
    records.push(`{${names.map((name, i) => `${name}:${cells[i]?.[row]}`).join(',')}}`);
  return `{"predictions":[${records.join(',')}]}`;
}

function cellTexts({ data, shape }: Tensor, rows: number): string[] {
  const width = data.length / rows;
  const text = (value: string | number | bigint | undefined): string => {
    if (typeof value === 'string') return JSON.stringify(value);
    return typeof value === 'number' && !Number.isFinite(value) ? 'null' : String(value);
  };
  const isFlat = shape.length < 2 || width === 1;
  return Array.from({ length: rows }, (_, row) => {
    if (isFlat) return text(data[row]);
    const values: string[] = [];
    for (let i = row * width; i < (row + 1) * width; i++) values.push(text(data[i]));
    return `[${values.join(',')}]`;
  });
}
