/** Every code an error of Drydock can carry. Closed: adding one is a deliberate change to the contract. */
export const APP_ERROR_CODES = [
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'CONFLICT',
  'WORKSPACE_LOCKED',
  'WORKSPACE_UNUSABLE',
  'UNSUPPORTED_FORMAT',
  'BAD_INPUT',
  'CORRUPT',
  'DISK_FULL',
  'READ_ONLY',
  'CANCELLED',
  'INTERRUPTED',
  'WORKER_CRASHED',
  'OUT_OF_MEMORY',
  'TIMED_OUT',
  'DIVERGED',
  'MODEL_INVALID',
  'NOT_VERIFIED',
  'NOT_YET_AVAILABLE',
  'ENGINE_UNREACHABLE',
  'INTERNAL',
] as const;

export type AppErrorCode = (typeof APP_ERROR_CODES)[number];

/** JSON-safe details: where the fault is (file, row, column, value, rule) and the numbers behind it. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** What a person needs beside the message: what was kept, what to do next. */
export interface AppErrorParts {
  readonly message: string;
  /** What to do next, one sentence. */
  readonly remedy?: string;
  /** What was kept or left unchanged, one sentence. */
  readonly kept?: string;
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
}

/** The wire shape of an error; never holds a stack. */
export interface WireError {
  readonly code: AppErrorCode;
  readonly message: string;
  readonly remedy?: string;
  readonly kept?: string;
  readonly details?: ErrorDetails;
}

/** The one error class that crosses a boundary (service, worker, transport). */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: AppErrorCode;
  readonly remedy: string | undefined;
  readonly kept: string | undefined;
  readonly details: ErrorDetails;

  constructor(code: AppErrorCode, parts: AppErrorParts) {
    super(parts.message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = code;
    this.remedy = parts.remedy;
    this.kept = parts.kept;
    this.details = parts.details ?? {};
  }

  toWire(): WireError {
    return {
      code: this.code,
      message: this.message,
      ...(this.remedy === undefined ? {} : { remedy: this.remedy }),
      ...(this.kept === undefined ? {} : { kept: this.kept }),
      details: this.details,
    };
  }
}

const isCode = (value: unknown): value is AppErrorCode => APP_ERROR_CODES.some((code) => code === value);

/** Rebuilds an AppError from its wire shape; anything else becomes INTERNAL with its text kept. */
export function fromWire(wire: unknown): AppError {
  if (typeof wire === 'object' && wire !== null && 'code' in wire && isCode(wire.code) && 'message' in wire) {
    const { remedy, kept, details } = wire as Partial<WireError>;
    return new AppError(wire.code, {
      message: String(wire.message),
      ...(remedy === undefined ? {} : { remedy }),
      ...(kept === undefined ? {} : { kept }),
      ...(details === undefined ? {} : { details }),
    });
  }
  return toAppError(wire);
}

/** What engines, libraries and the system say when they could not get memory. */
const ALLOCATION_FAILED =
  /bad_?alloc|(failed to|could not|cannot|unable to) (allocate|grow)|allocation failed|out of (device )?memory|not enough memory|maximum memory size exceeded|invalid (typed )?array (buffer )?length/i;

/** Whether an error, or its text, says that memory ran out. */
export const isAllocationFailure = (error: unknown): boolean =>
  ALLOCATION_FAILED.test(error instanceof Error ? error.message : String(error));

/** Maps any thrown value to an AppError, recognising memory that ran out and the operating system's codes for a full or read-only disk. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const osCode = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (osCode === 'ENOSPC' || osCode === 'SQLITE_FULL' || /no space left on device/i.test(message)) {
    return new AppError('DISK_FULL', {
      message: 'The disk is full.',
      remedy: 'Free some space and try again.',
      cause: error,
    });
  }
  if (osCode === 'EROFS' || osCode === 'EACCES' || osCode === 'EPERM' || osCode === 'SQLITE_READONLY') {
    return new AppError('READ_ONLY', {
      message: `Not allowed to write: ${message}`,
      remedy: 'Choose a folder you can write to.',
      cause: error,
    });
  }
  if (isAllocationFailure(error)) {
    return new AppError('OUT_OF_MEMORY', {
      message: `Memory ran out: ${message.split('\n')[0]}`,
      remedy: 'Use fewer rows or columns, or close other programs.',
      cause: error,
    });
  }
  return new AppError('INTERNAL', { message, cause: error });
}
