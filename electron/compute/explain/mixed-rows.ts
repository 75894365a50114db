import { AppError } from '../../../shared/errors.ts';
import { type Frame, type FrameColumn, frameColumn, takeCells } from '../frame/frame.ts';

/** Rows made of cells of other rows: for each column, which of the frame's rows each new row takes its cell from. */
export function mixedRows(frame: Frame, rows: number, sourceOf: (column: string, row: number) => number): Frame {
  const columns = new Map<string, FrameColumn>();
  for (const [name, column] of frame.columns)
    columns.set(
      name,
      takeCells(
        column,
        Int32Array.from({ length: rows }, (_, row) => sourceOf(name, row)),
      ),
    );
  return { rows, columns };
}

/**
 * Rows of one frame, then those of another, with the same columns; words of both are in one dictionary. Throws BAD_INPUT on a column of
 * numbers here and of text there.
 */
export function joinedRows(first: Frame, second: Frame): Frame {
  const columns = new Map<string, FrameColumn>();
  for (const [name, a] of first.columns) {
    const b = frameColumn(second, name);
    if (a.kind === 'number' && b.kind === 'number') {
      const values = new Float64Array(first.rows + second.rows);
      values.set(a.values);
      values.set(b.values, first.rows);
      columns.set(name, { kind: 'number', values });
      continue;
    }
    if (a.kind !== 'text' || b.kind !== 'text')
      throw new AppError('BAD_INPUT', {
        message: `Column "${name}" holds numbers in one dataset and text in the other.`,
        remedy: 'Import both with one type for it.',
        details: { column: name },
      });
    const dictionary = [...new Set([...a.dictionary, ...b.dictionary])];
    const place = new Map(dictionary.map((word, code) => [word, code]));
    const moved = b.dictionary.map((word) => place.get(word) ?? -1);
    const codes = Int32Array.from([...a.codes, ...Array.from(b.codes, (code) => moved[code] ?? -1)]);
    columns.set(name, { kind: 'text', codes, dictionary });
  }
  return { rows: first.rows + second.rows, columns };
}
