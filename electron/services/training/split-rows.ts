import type { Split } from '../../../shared/contract/training.ts';
import { AppError } from '../../../shared/errors.ts';
import type { FrameColumn } from '../../compute/frame/frame.ts';
import { seededRandom } from '../../compute/train/seeded-random.ts';

/** Row numbers of each part, ascending. */
export interface SplitRows {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}

/** Drawn from the training rows where a column marks no validation rows. */
const VALIDATION_SHARE = 0.1;

interface SplitInput {
  /** Rows that have an answer, ascending. */
  readonly rows: Uint32Array;
  /** Answer of every row of the file. */
  readonly targets: Float64Array;
  readonly isClassification: boolean;
  /** The column a split by time or column looks at. */
  readonly column: FrameColumn | null;
  readonly seed: number;
}

/** Divides rows into parts. Drawn parts keep the shares of the classes; parts by time never look ahead. */
export function splitRows(split: Split, input: SplitInput): SplitRows {
  const { rows, seed } = input;
  switch (split.kind) {
    case 'fraction': {
      const [rest, test] = draw(rows, split.test, input, seed);
      const [train, validation] = draw(rest, split.validation / (1 - split.test), input, seed + 1);
      return named({ train, validation, test });
    }
    case 'dataset': {
      const [train, validation] = draw(rows, split.validation, input, seed);
      return { train, validation, test: new Uint32Array() };
    }
    case 'time': {
      const [rest, test] = byTime(split, input);
      // What stops the training early must lie ahead of the training rows too, or it would praise what is only remembered.
      const [train, validation] =
        split.validation === 0
          ? [rest, new Uint32Array()]
          : byTime({ ...split, testFrom: null, test: split.validation }, { ...input, rows: rest });
      return named({ train, validation, test });
    }
    case 'column': {
      const values = input.column;
      if (!values)
        throw new AppError('INVALID_ARGUMENT', { message: `There is no column "${split.column}" to split by.` });
      const part = partOf(split, values);
      const test = rows.filter((row) => part(row) === 'test');
      const marked = rows.filter((row) => part(row) === 'validation');
      const rest = rows.filter((row) => part(row) === 'train');
      if (marked.length > 0) return named({ train: rest, validation: marked, test });
      const [train, validation] = draw(rest, VALIDATION_SHARE, input, seed);
      return named({ train, validation, test });
    }
  }
}

/** What a column that names the parts says of a row. */
export function partOf(
  { testValues, validationValues }: Extract<Split, { kind: 'column' }>,
  column: FrameColumn,
): (row: number) => 'test' | 'validation' | 'train' {
  return (row) => {
    const value =
      column.kind === 'text' ? (column.dictionary[column.codes[row] ?? -1] ?? '') : String(column.values[row]);
    return testValues.includes(value) ? 'test' : validationValues.includes(value) ? 'validation' : 'train';
  };
}

/** Whether the validation rows were drawn by chance out of those to learn from, and not by time or by marks of their own. */
export function isEvenlyDrawn(split: Split, { validation }: SplitRows, column: FrameColumn | null): boolean {
  if (split.kind === 'time') return false;
  if (split.kind !== 'column' || column === null) return true;
  const part = partOf(split, column);
  return !validation.some((row) => part(row) === 'validation');
}

function named(parts: SplitRows): SplitRows {
  for (const part of ['train', 'test'] as const) {
    if (parts[part].length === 0) {
      throw new AppError('BAD_INPUT', {
        message: `The split leaves no row for the ${part === 'train' ? 'training' : 'test'} part.`,
        remedy: 'Change the fraction or the bound, or use more rows.',
        kept: 'The dataset is as it was.',
      });
    }
  }
  return parts;
}

/** Draws a share of rows; for classes from each class, so that rare ones are in both parts. Answers (rest, drawn). */
export function draw(
  rows: Uint32Array,
  share: number,
  { targets, isClassification }: Pick<SplitInput, 'targets' | 'isClassification'>,
  seed: number,
): [Uint32Array, Uint32Array] {
  const random = seededRandom(seed);
  const groups = new Map<number, number[]>();
  for (const row of rows) {
    const key = isClassification ? (targets[row] ?? 0) : 0;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const drawn: number[] = [];
  const rest: number[] = [];
  for (const key of [...groups.keys()].sort((a, b) => a - b)) {
    const group = groups.get(key) ?? [];
    for (let i = group.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [group[i], group[j]] = [group[j] ?? 0, group[i] ?? 0];
    }
    const count = Math.round(group.length * share);
    for (const [index, row] of group.entries()) (index < count ? drawn : rest).push(row);
  }
  return [Uint32Array.from(rest).sort(), Uint32Array.from(drawn).sort()];
}

function byTime(split: Extract<Split, { kind: 'time' }>, { rows, column }: SplitInput): [Uint32Array, Uint32Array] {
  if (column?.kind !== 'number') {
    throw new AppError('INVALID_ARGUMENT', {
      message: `"${split.column}" is no column of times.`,
      remedy: 'Choose a date or time column, or split by fraction.',
    });
  }
  const time = (row: number): number => column.values[row] ?? Number.NaN;
  const dated = rows.filter((row) => !Number.isNaN(time(row)));
  let from = Number.NaN;
  if (split.testFrom !== null) {
    from = Date.parse(
      /Z|[+-]\d\d:?\d\d$/.test(split.testFrom)
        ? split.testFrom
        : `${split.testFrom}${split.testFrom.includes('T') ? '' : 'T00:00:00'}Z`,
    );
    if (Number.isNaN(from))
      throw new AppError('INVALID_ARGUMENT', {
        message: `"${split.testFrom}" is no time.`,
        remedy: 'Write it as 2013-06-01 or 2013-06-01T00:00:00Z.',
      });
  } else {
    const sorted = Float64Array.from(dated, time).sort();
    from = sorted[Math.floor(sorted.length * (1 - split.test))] ?? Number.NaN;
  }
  // Rows of one moment stay together: the test part begins at a moment, never in the middle of it.
  return [dated.filter((row) => time(row) < from), dated.filter((row) => time(row) >= from)];
}
