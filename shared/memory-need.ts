import { countText } from './count-text.ts';
import { AppError, isAllocationFailure } from './errors.ts';

/** Numbers that have to be held at once. */
export interface MemoryNeed {
  readonly rows: number;
  readonly columns: number;
  readonly bytesEach: number;
  /** What takes less when it is lowered, beside rows and columns: "leaves", "batchRows or the units of hidden layers". */
  readonly lower?: string | undefined;
}

const MIB = 2 ** 20;
/** What the rest of a fit takes beside its numbers. */
const REST = 64 * MIB;

/** Refuses what would not fit into `available` bytes before anything is allocated. */
export function requireMemory(need: MemoryNeed, what: string, available: number): void {
  if (bytesOf(need) + REST <= available) return;
  throw outOfMemory(need, `${what} does not fit into the ${megabytes(available)} that are free`);
}

/**
 * An error that memory ran out with rows x columns x bytes and what to lower, whether an engine or a library has failed or it
 * was said without these figures; any other error as it is.
 */
export function namedMemoryError(error: unknown, need: MemoryNeed, what: string): unknown {
  const isKnown = error instanceof AppError;
  if (isKnown ? error.code !== 'OUT_OF_MEMORY' || 'rows' in error.details : !isAllocationFailure(error)) return error;
  const why = isKnown ? error.message.replace(/\.$/, '') : `Memory ran out for ${what}`;
  return outOfMemory(need, why, error);
}

export function outOfMemory(need: MemoryNeed, why: string, cause?: unknown): AppError {
  const { rows, columns, bytesEach, lower } = need;
  const known = cause instanceof AppError ? cause : undefined;
  return new AppError('OUT_OF_MEMORY', {
    message: `${why}: ${needText(need)}.`,
    remedy: `Use fewer rows, leave out columns, those of many words first${lower === undefined ? '' : `, lower ${lower}`}, or close other programs.`,
    kept: known?.kept ?? 'No model was made; the dataset is as it was.',
    details: { ...known?.details, rows, columns, bytesEach, bytes: bytesOf(need) },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** "200 rows x 50,000 columns x 8 bytes = 77 MiB" */
export const needText = (need: MemoryNeed): string =>
  `${countText(need.rows)} rows x ${countText(need.columns)} columns x ${need.bytesEach} bytes = ${megabytes(bytesOf(need))}`;

const bytesOf = ({ rows, columns, bytesEach }: MemoryNeed): number => rows * columns * bytesEach;
const megabytes = (bytes: number): string => `${countText(Math.ceil(bytes / MIB))} MiB`;
