import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** Allowed distance from an expected value: |got - expected| <= abs + rel |expected|. */
export interface Tolerance {
  readonly abs: number;
  readonly rel: number;
}

/** One expected result of an independent library. */
export interface GoldenCase {
  readonly id: string;
  readonly function: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly input: unknown;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly tolerance: Tolerance & { readonly keys?: Readonly<Record<string, Tolerance>> };
}

export type Cell = number | string | null;
export type Column = readonly Cell[];
/** Arguments by name: a value, a column, or rows of several columns. */
export type Arguments = Readonly<Record<string, unknown>>;

const read = (folder: URL, name: string): string => readFileSync(new URL(name, folder), 'utf8');

/** Cases of a flat file, whose inputs are kept once under a name. */
export function flatCases(folder: URL, name: string): { readonly golden: GoldenCase; readonly input: Arguments }[] {
  const document: { inputs: Record<string, Arguments>; cases: GoldenCase[] } = JSON.parse(read(folder, name));
  return document.cases.map((golden) => ({ golden, input: document.inputs[String(golden.input)] ?? {} }));
}

/** Cases of a folder, whose longer inputs are columns of CSV files; those whose file is not kept here are left out. */
export function folderCases(folder: URL): { readonly golden: GoldenCase; readonly input: () => Arguments }[] {
  const tables = new Map<string, ReadonlyMap<string, readonly string[]>>();
  const table = (file: string): ReadonlyMap<string, readonly string[]> => {
    let columns = tables.get(file);
    if (columns === undefined) {
      columns = columnsOf(read(folder, file));
      tables.set(file, columns);
    }
    return columns;
  };
  const resolve = (value: unknown): unknown => {
    if (!isFileReference(value)) return value;
    const columns = value.columns.map((name) =>
      (table(value.file).get(name) ?? []).slice(value.rows[0], value.rows[1]).map(cellOf),
    );
    const [first = []] = columns;
    return columns.length === 1 ? first : first.map((_, row) => columns.map((column) => column[row] ?? null));
  };
  const document: { cases: GoldenCase[] } = JSON.parse(read(folder, 'expected.json'));
  return document.cases
    .filter(({ input }) => filesOf(input).every((file) => existsSync(new URL(file, folder))))
    .map((golden) => ({
      golden,
      input: () =>
        Object.fromEntries(
          Object.entries(golden.input ?? {}).map(([name, value]) => [
            name,
            Array.isArray(value) && value.some(isFileReference) ? value.map(resolve) : resolve(value),
          ]),
        ),
    }));
}

interface FileReference {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly [number, number];
}
const isFileReference = (value: unknown): value is FileReference =>
  typeof value === 'object' && value !== null && 'file' in value && 'columns' in value;
const filesOf = (input: unknown): string[] =>
  Object.values(input ?? {})
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isFileReference)
    .map(({ file }) => file);
const cellOf = (text: string): Cell => (text !== '' && Number.isFinite(Number(text)) ? Number(text) : text);

/** Columns of a CSV file by name; quoted fields hold commas, doubled quotes and line ends. */
function columnsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const rows = text.trimEnd().split('\n').map(fieldsOf);
  const [names = [], ...body] = rows;
  return new Map(names.map((name, index) => [name, body.map((row) => row[index] ?? '')]));
}

function fieldsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

const NOT_FINITE: Readonly<Record<string, number>> = {
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  nan: Number.NaN,
};

/** A number as the files write it: `inf`, `-inf`, `nan` are words, a missing value is null or empty. */
export const numberOf = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'string' ? (NOT_FINITE[value] ?? Number.NaN) : Number.NaN;

/** A column of numbers. */
export const vectorOf = (value: unknown): Float64Array =>
  Float64Array.from(Array.isArray(value) ? value : [], numberOf);

/** Rows of numbers; a single column makes rows of one. */
export const matrixOf = (value: unknown): Float64Array[] =>
  Array.isArray(value) ? value.map((row) => (Array.isArray(row) ? vectorOf(row) : Float64Array.of(numberOf(row)))) : [];

/** How many numbers were compared. NaN is expected to be answered by null or NaN: no answer. */
export function expectAgreement(got: unknown, expected: unknown, tolerance: Tolerance, where: string): number {
  if (Array.isArray(expected)) {
    const list: readonly unknown[] =
      ArrayBuffer.isView(got) || Array.isArray(got) ? Array.from(got as ArrayLike<unknown>) : [];
    expect(list.length, `${where}: length`).toBe(expected.length);
    return expected.reduce((sum, value, i) => sum + expectAgreement(list[i], value, tolerance, `${where}[${i}]`), 0);
  }
  if (typeof expected === 'object' && expected !== null) {
    expect(typeof got, where).toBe('object');
    return Object.entries(expected).reduce(
      (sum, [key, value]) =>
        sum + expectAgreement((got as Record<string, unknown> | null)?.[key], value, tolerance, `${where}.${key}`),
      0,
    );
  }
  if (typeof expected === 'boolean' || (typeof expected === 'string' && NOT_FINITE[expected] === undefined)) {
    expect(got, where).toBe(expected);
    return 1;
  }
  const wanted = numberOf(expected);
  if (Number.isNaN(wanted)) {
    expect(got === null || Number.isNaN(got), `${where}: ${got}, where there is no answer`).toBe(true);
    return 1;
  }
  expect(typeof got, `${where}: ${got} against ${wanted}`).toBe('number');
  if (!Number.isFinite(wanted)) expect(got, where).toBe(wanted);
  else
    expect(Math.abs(Number(got) - wanted), `${where}: ${got} against ${wanted}`).toBeLessThanOrEqual(
      tolerance.abs + tolerance.rel * Math.abs(wanted),
    );
  return 1;
}

/** Every key of a case, each with its own tolerance. */
export function expectCase(golden: GoldenCase, answer: Readonly<Record<string, unknown>> | null): void {
  let compared = 0;
  for (const [key, expected] of Object.entries(golden.expected))
    compared += expectAgreement(answer?.[key], expected, golden.tolerance.keys?.[key] ?? golden.tolerance, key);
  expect(compared).toBeGreaterThan(0);
}
