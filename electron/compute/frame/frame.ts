import type { Pixels } from '../images/decode-bmp.ts';

/** A column of numbers: missing is NaN. Booleans are 0 and 1, times milliseconds since 1970 UTC. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float64Array;
}

/** A column of text, each distinct word once: `codes[row]` points into `dictionary`, -1 is missing. */
export interface TextColumn {
  readonly kind: 'text';
  readonly codes: Int32Array;
  readonly dictionary: readonly string[];
}

export type FrameColumn = NumberColumn | TextColumn;

/** A column of pictures, which stay where they lie: each is read and decoded when it is needed. */
export interface ImageColumn {
  /** The number of each row's picture where they lie. */
  readonly numbers: Uint32Array;
  /** Median of the longer sides, in pixels: of all pictures there, not of these rows alone. */
  readonly typicalSide: number;
  /** For each picture there a number that equal bytes share; null where nothing is told. */
  readonly hashes: Float64Array | null;
  /** Pixels of pictures by their numbers, in that order, decoded anew at each call. */
  read(numbers: Uint32Array, signal: AbortSignal): AsyncIterable<Pixels>;
}

/** Columns of equal length in memory; the form in which training, evaluation and drift take data. */
export interface Frame {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, FrameColumn>;
  /** Columns of pictures; left out where there are none. */
  readonly images?: ReadonlyMap<string, ImageColumn>;
}

/** The column of that name. Throws RangeError naming it when there is none. */
export function frameColumn(frame: Frame, name: string): FrameColumn {
  const column = frame.columns.get(name);
  if (column === undefined) throw new RangeError(`The frame has no column "${name}".`);
  return column;
}

/** The cells at the given rows, in their order; the dictionary is shared. */
export function takeCells(column: FrameColumn, indices: ArrayLike<number>): FrameColumn {
  const rows = indices.length;
  if (column.kind === 'number') {
    const values = new Float64Array(rows);
    for (let i = 0; i < rows; i++) values[i] = column.values[indices[i] ?? -1] ?? Number.NaN;
    return { kind: 'number', values };
  }
  const codes = new Int32Array(rows);
  for (let i = 0; i < rows; i++) codes[i] = column.codes[indices[i] ?? -1] ?? -1;
  return { kind: 'text', codes, dictionary: column.dictionary };
}

/** The same rows with other cells in one column; the other columns are shared. */
export function withColumn(frame: Frame, name: string, cells: FrameColumn): Frame {
  return { ...frame, columns: new Map([...frame.columns, [name, cells]]) };
}

/** The rows with the given indices, in their order; dictionaries are shared. */
export function takeRows(frame: Frame, indices: ArrayLike<number>): Frame {
  const rows = indices.length;
  const columns = new Map([...frame.columns].map(([name, column]) => [name, takeCells(column, indices)] as const));
  if (frame.images === undefined) return { rows, columns };
  const images = new Map<string, ImageColumn>();
  for (const [name, column] of frame.images)
    images.set(name, { ...column, numbers: Uint32Array.from(indices, (row) => column.numbers[row] ?? 0) });
  return { rows, columns, images };
}
