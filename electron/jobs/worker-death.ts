import { AppError, isAllocationFailure } from '../../shared/errors.ts';
import { type MemoryNeed, needText } from '../../shared/memory-need.ts';

export interface Death {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what the process wrote to its standard streams. */
  readonly lastWords: string;
  /** The device that it computed on and that may have brought it down; null: none but the processor. */
  readonly held: string | null;
  /** The data it worked on; left out: nobody knows. */
  readonly holds?: MemoryNeed | undefined;
}

/** Ends from outside: by the system where memory runs out, or by a person. No device has done that. */
const FROM_OUTSIDE: readonly (NodeJS.Signals | null)[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'];

/**
 * Why a worker that ended without an answer ended: OUT_OF_MEMORY where that can be told, WORKER_CRASHED otherwise, which names in
 * its details the device that it fell with.
 */
export function workerDeath({ exitCode, signal, lastWords, held, holds }: Death): AppError {
  const words = lastWords.trim().split('\n').slice(-6).join('\n');
  const details = { exitCode, signal, lastWords: words };
  const kept = 'The engine and everything committed before are untouched.';
  const how = signal === null ? `ended with code ${exitCode}` : `was killed by ${signal}`;
  if (held !== null && !FROM_OUTSIDE.includes(signal)) {
    const last = words.split('\n').at(-1) ?? '';
    return new AppError('WORKER_CRASHED', {
      message: `The worker ${how} while it computed on ${held}${last === '' ? '.' : `: ${last}`}`,
      remedy: 'Resume the job, or let the CPU compute.',
      kept,
      details: { ...details, device: held },
    });
  }
  if (isAllocationFailure(lastWords)) {
    return new AppError('OUT_OF_MEMORY', {
      message: 'The worker ran out of memory.',
      remedy: 'Use fewer rows or columns, or a machine with more memory.',
      kept,
      details,
    });
  }
  const data = holds ? `; its data are ${needText(holds)}, held more than once` : '';
  const hint = signal === 'SIGKILL' ? ` (the system does that when memory runs out${data})` : '';
  return new AppError('WORKER_CRASHED', {
    message: `The worker ${how}${hint}.`,
    remedy: 'Resume the job, or start it again with fewer rows or columns.',
    kept,
    details,
  });
}

/** The device that a worker fell with; null where it ended otherwise. */
export function fallenDevice(error: unknown): string | null {
  const device = error instanceof AppError && error.code === 'WORKER_CRASHED' ? error.details['device'] : undefined;
  return typeof device === 'string' ? device : null;
}
