import type { Column } from '../../../shared/contract/datasets.ts';
import type { FrameColumn } from '../../compute/frame/frame.ts';
import { ANSWER_NAMES } from '../../compute/train/check-data.ts';

/** Nearly as many different words as rows: they name rows, and each would look unusual. */
const ID_LIKE = 0.95;
const FEW_ROWS = 50;
const MOSTLY_MISSING = 0.95;

/** Why a column says nothing of how unusual a row is; null where it is used. */
export function unusableBecause({ name, role, type }: Column, values: FrameColumn): string | null {
  if (ANSWER_NAMES.includes(name)) return 'It has the name of an answer of the model; rename it to learn from it.';
  if (type === 'image') return 'It holds images.';
  if (role === 'ignored') return 'Its role is to be ignored.';
  if (role === 'weight') return 'It holds weights.';
  if (role === 'time') return 'It says when: every later moment would look unusual.';
  if (role === 'id') return 'It names rows.';
  const { filled, distinct } = counts(values);
  const rows = values.kind === 'number' ? values.values.length : values.codes.length;
  if (distinct <= 1 && (distinct === 0 || filled === rows)) return 'Its rows are all alike.';
  if (filled < rows * (1 - MOSTLY_MISSING))
    return `It is missing in ${Math.round((1 - filled / rows) * 100)} % of rows.`;
  if (values.kind === 'text' && filled > FEW_ROWS && distinct / filled > ID_LIKE)
    return 'Nearly every row has a word of its own.';
  if (type === 'integer' && filled > FEW_ROWS && distinct === filled && isRunning(values)) return 'It counts the rows.';
  return null;
}

function counts(values: FrameColumn): { filled: number; distinct: number } {
  const kept =
    values.kind === 'number'
      ? values.values.filter((value) => !Number.isNaN(value))
      : values.codes.filter((code) => code >= 0);
  return { filled: kept.length, distinct: new Set<number>(kept).size };
}

/** Each value is the one before it and one more, or less. */
function isRunning(values: FrameColumn): boolean {
  if (values.kind !== 'number') return false;
  const step = (values.values[1] ?? 0) - (values.values[0] ?? 0);
  return (
    Math.abs(step) === 1 &&
    values.values.every((value, row) => row === 0 || value - (values.values[row - 1] ?? 0) === step)
  );
}
