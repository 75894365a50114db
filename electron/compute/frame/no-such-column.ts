import { AppError } from '../../../shared/errors.ts';

/** Columns named in a remedy. */
const NAMED = 30;

/** INVALID_ARGUMENT: what is asked for has no such column; the remedy lists those it has. */
export function noSuchColumn(column: string, columns: readonly string[], whose = 'The dataset'): AppError {
  const more = columns.length > NAMED ? ', …' : '';
  return new AppError('INVALID_ARGUMENT', {
    message: `${whose} has no column "${column}".`,
    remedy: `Its columns: ${columns.slice(0, NAMED).join(', ')}${more}.`,
    details: { column },
  });
}
