import type { BundleInput } from '../../../shared/bundle-format.ts';
import type { ColumnProfile } from '../../../shared/contract/datasets.ts';
import type { Frame, FrameColumn } from '../../compute/frame/frame.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';

/** A raw cell as a request carries it; null is a missing number, '' a missing text. An input that is wider than a cell is a block. */
export type GoldenCell = string | number | null | GoldenBlock;

/** What one row gives to an input of several dimensions, in row-major order. */
export interface GoldenBlock {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export const isBlock = (cell: GoldenCell | undefined): cell is GoldenBlock => typeof cell === 'object' && cell !== null;

/** A row of raw columns in the order of the model's inputs, and why it is there. */
export interface GoldenRow {
  readonly note: string;
  readonly cells: readonly GoldenCell[];
}

const HELD_OUT = 60;
const FEWEST = 50;
/** Of wide rows fewer are taken: all together have no more cells than this, or are one of each kind. */
const MOST_CELLS = 400_000;
/** Rows of the held-out file that are looked at. */
const READ = 20_000;
const READ_CELLS = 20_000_000;
const MISSING_COLUMNS = 16;
const UNKNOWN_COLUMNS = 16;
const UNKNOWN_WORD = 'never seen in training';

const isText = ({ datatype }: BundleInput): boolean => datatype === 'BYTES';

function cellOf(column: FrameColumn | undefined, row: number, input: BundleInput): GoldenCell {
  if (column === undefined) return isText(input) ? '' : null;
  if (column.kind === 'text') {
    const word = column.dictionary[column.codes[row] ?? -1];
    if (isText(input)) return word ?? '';
    return word === undefined || Number.isNaN(Number(word)) ? null : Number(word);
  }
  const value = column.values[row] ?? Number.NaN;
  if (Number.isNaN(value)) return isText(input) ? '' : null;
  if (isText(input)) return String(value);
  // JSON has no infinity, and the server refuses what no 32-bit float holds.
  return Number.isFinite(Math.fround(value)) ? value : null;
}

/** Held-out rows, spread evenly over the first ones of the file; none when there is no file. */
export async function heldOutRows(
  path: string | null,
  inputs: readonly BundleInput[],
  most: number,
): Promise<GoldenCell[][]> {
  if (path === null) return [];
  const frame: Frame = await readColumns(
    path,
    inputs.map(({ name }) => name),
    { rows: { from: 0, to: Math.max(most, Math.min(READ, Math.floor(READ_CELLS / inputs.length))) } },
  );
  const count = Math.min(most, frame.rows);
  return Array.from({ length: count }, (_, i) => {
    const row = Math.floor((i * frame.rows) / count);
    return inputs.map((input) => cellOf(frame.columns.get(input.name), row, input));
  });
}

/** A row made of what the profile says is usual; the i-th row walks through quantiles and frequent values. */
function usualRow(
  inputs: readonly BundleInput[],
  profile: ReadonlyMap<string, ColumnProfile>,
  i: number,
): GoldenCell[] {
  return inputs.map((input, at) => {
    const column = profile.get(input.name);
    if (isText(input)) {
      const values = column?.topValues ?? [];
      const value = values.length > 0 ? values[(i + at) % values.length]?.value : '';
      return value === null || value === undefined ? '' : String(value);
    }
    const quantiles = Object.values(column?.quantiles ?? {});
    const value = quantiles.length > 0 ? quantiles[(i * (at + 1)) % quantiles.length] : i % 2;
    const number = value ?? 0;
    const isWhole = input.columnType === 'integer' || input.columnType === 'boolean';
    return isWhole ? Math.round(number) : number;
  });
}

/**
 * Rows a bundle is judged by: held-out rows (or usual ones where there are too few), then one with each column missing,
 * one with each category unknown, one with nothing at all. At least 50, fewer of
 * thousands of columns; the same for the same model and data.
 */
export async function goldenRows(
  testPath: string | null,
  inputs: readonly BundleInput[],
  profile: readonly ColumnProfile[],
): Promise<GoldenRow[]> {
  const byName = new Map(profile.map((column) => [column.name, column]));
  const part = Math.min(1, MOST_CELLS / inputs.length / (HELD_OUT + MISSING_COLUMNS + UNKNOWN_COLUMNS + 1));
  const some = (most: number): number => Math.ceil(most * part);
  const rows: GoldenRow[] = (await heldOutRows(testPath, inputs, some(HELD_OUT))).map((cells) => ({
    note: 'held-out row',
    cells,
  }));
  while (rows.length < some(FEWEST)) rows.push({ note: 'usual values', cells: usualRow(inputs, byName, rows.length) });
  const base =
    rows.find(({ cells }) => cells.every((cell) => cell !== null && cell !== ''))?.cells ?? rows[0]?.cells ?? [];
  const change = (at: number, cell: GoldenCell) => base.map((other, i) => (i === at ? cell : other));
  for (const [at, input] of inputs.slice(0, some(MISSING_COLUMNS)).entries()) {
    rows.push({ note: `${input.name} missing`, cells: change(at, isText(input) ? '' : null) });
  }
  for (const [at, input] of inputs.entries()) {
    if (!isText(input) || at >= some(UNKNOWN_COLUMNS)) continue;
    rows.push({ note: `${input.name} of an unknown category`, cells: change(at, UNKNOWN_WORD) });
  }
  rows.push({ note: 'everything missing', cells: inputs.map((input) => (isText(input) ? '' : null)) });
  return rows;
}
