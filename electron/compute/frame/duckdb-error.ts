import { AppError, isAllocationFailure, toAppError } from '../../../shared/errors.ts';

const isFull = (text: string): boolean =>
  /no space left on device|ENOSPC|disk quota exceeded|max_temp_directory_size|file size limit/i.test(text);

/** Maps what DuckDB throws to an AppError: cancel, memory, a full or read-only disk, a damaged file. Others stay INTERNAL. */
export function duckDbError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/^INTERRUPT Error|Interrupted!/i.test(text) || (error instanceof Error && error.name === 'AbortError')) {
    return new AppError('CANCELLED', { message: 'Cancelled.', cause: error });
  }
  if (isFull(text)) {
    return new AppError('DISK_FULL', {
      message: 'The disk is full.',
      remedy: 'Free some space, or use a workspace on another disk, and try again.',
      cause: error,
    });
  }
  if (isAllocationFailure(text)) {
    return new AppError('OUT_OF_MEMORY', {
      message: `Not enough memory: ${firstLine(text)}`,
      remedy: 'Close other programs, use fewer columns, or use a machine with more memory.',
      cause: error,
    });
  }
  if (/read-only file system|permission denied/i.test(text)) {
    return new AppError('READ_ONLY', {
      message: `Not allowed to write: ${firstLine(text)}`,
      remedy: 'Choose a folder you can write to.',
      cause: error,
    });
  }
  return toAppError(error);
}

/** The first line of a message of DuckDB without the kind it starts with ("Invalid Input Error: "). */
export const firstLine = (text: string): string =>
  (text.split('\n')[0] ?? '').replace(/^[A-Z][A-Za-z ]* (?:Error|Exception): /, '').trim();
