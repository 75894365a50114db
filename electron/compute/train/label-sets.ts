import { AppError } from '../../../shared/errors.ts';
import type { FrameColumn } from '../frame/frame.ts';

/**
 * A row's answers to several questions as one number, so that they go wherever an answer goes: a digit of base three a label,
 * 0 no, 1 yes, 2 not known. So many digits are exact in double precision.
 */
export const MOST_LABELS = 33;

const UNKNOWN = 2;

/** Words for yes and no, besides 1 and 0. */
const WORDS: Readonly<Record<string, number>> = { '1': 1, '0': 0, true: 1, false: 0, yes: 1, no: 0 };

/** Answers of rows from a column of 0, 1 and NaN a label; NaN for a row of which no label is known. */
export function packLabels(columns: readonly Float64Array[]): Float64Array {
  return Float64Array.from({ length: columns[0]?.length ?? 0 }, (_, row) => {
    let code = 0;
    let isKnown = false;
    for (let k = columns.length - 1; k >= 0; k--) {
      const value = columns[k]?.[row] ?? Number.NaN;
      isKnown ||= !Number.isNaN(value);
      code = 3 * code + (Number.isNaN(value) ? UNKNOWN : value);
    }
    return isKnown ? code : Number.NaN;
  });
}

/** Label `index` of a row's answers: 0, 1, or NaN where it is not known. */
export function labelAt(code: number, index: number): number {
  const digit = Math.floor(code / 3 ** index) % 3;
  return digit === UNKNOWN ? Number.NaN : digit;
}

/** 0, 1, or NaN where it is missing. Throws BAD_INPUT with row and value for anything else. */
export function labelColumn(column: FrameColumn, name: string): Float64Array {
  const wordOf = column.kind === 'text' ? column.dictionary.map((word) => WORDS[word.trim().toLowerCase()]) : [];
  const rows = column.kind === 'text' ? column.codes.length : column.values.length;
  return Float64Array.from({ length: rows }, (_, row) => {
    if (column.kind === 'number') {
      const value = column.values[row] ?? Number.NaN;
      if (Number.isNaN(value) || value === 0 || value === 1) return value;
      throw noLabel(name, row, String(value));
    }
    const code = column.codes[row] ?? -1;
    const word = column.dictionary[code] ?? '';
    if (word.trim() === '') return Number.NaN;
    const value = wordOf[code];
    if (value === undefined) throw noLabel(name, row, word);
    return value;
  });
}

const noLabel = (name: string, row: number, value: string): AppError =>
  new AppError('BAD_INPUT', {
    message: `The label "${name}" is "${value}" in row ${row + 1}; a label is 0 or 1, no or yes, or missing.`,
    remedy: 'Choose columns of 0 and 1, or predict this column by itself.',
    kept: 'The dataset is as it was.',
  });
