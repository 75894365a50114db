import { countText } from '../../../shared/count-text.ts';
import { AppError } from '../../../shared/errors.ts';

/** A matrix that has to be held at once. */
export interface MemoryNeed {
  readonly rows: number;
  readonly columns: number;
  readonly bytesEach: number;
}

const MIB = 2 ** 20;
/** What the rest of a fit takes beside its matrix. */
const REST = 64 * MIB;
const ALLOCATION_FAILED = /bad_?alloc|failed to allocate|allocation failed|out of (device )?memory|not enough memory/i;

/** Refuses a matrix that would not fit into `available` bytes before anything is allocated. */
export function requireMemory(need: MemoryNeed, what: string, available = process.availableMemory()): void {
  const bytes = need.rows * need.columns * need.bytesEach;
  if (bytes + REST <= available) return;
  throw outOfMemory(need, `${what} does not fit into the ${megabytes(available)} that are free`);
}

/** The same error from a failure of a native library, which says only that it got no memory; any other error as it is. */
export function namedMemoryError(error: unknown, need: MemoryNeed, what: string): unknown {
  if (error instanceof AppError || !(error instanceof Error) || !ALLOCATION_FAILED.test(error.message)) return error;
  return outOfMemory(need, `Memory ran out for ${what}`, error);
}

function outOfMemory({ rows, columns, bytesEach }: MemoryNeed, message: string, cause?: Error): AppError {
  const bytes = rows * columns * bytesEach;
  return new AppError('OUT_OF_MEMORY', {
    message: `${message}: ${countText(rows)} rows x ${countText(columns)} columns x ${bytesEach} bytes = ${megabytes(bytes)}.`,
    remedy: 'Use fewer rows, leave out columns of many words, or lower steps, batchRows or the units of hidden layers.',
    kept: 'No model was made; the dataset is as it was.',
    details: { rows, columns, bytesEach, bytes },
    ...(cause === undefined ? {} : { cause }),
  });
}

const megabytes = (bytes: number): string => `${countText(Math.ceil(bytes / MIB))} MiB`;
