import { AppError } from '../../shared/errors.ts';

export interface Death {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what the process wrote to its standard streams. */
  readonly lastWords: string;
}

const OUT_OF_MEMORY = /heap out of memory|bad_alloc|cannot allocate memory|out of memory|allocation failed/i;

/** Why a worker that ended without an answer ended: OUT_OF_MEMORY where that can be told, WORKER_CRASHED otherwise. */
export function workerDeath({ exitCode, signal, lastWords }: Death): AppError {
  const words = lastWords.trim().split('\n').slice(-6).join('\n');
  const details = { exitCode, signal, lastWords: words };
  const kept = 'The engine and everything committed before are untouched.';
  if (OUT_OF_MEMORY.test(lastWords)) {
    return new AppError('OUT_OF_MEMORY', {
      message: 'The worker ran out of memory.',
      remedy: 'Use fewer rows or columns, or a machine with more memory.',
      kept,
      details,
    });
  }
  const how = signal === null ? `ended with code ${exitCode}` : `was killed by ${signal}`;
  const hint = signal === 'SIGKILL' ? ' (the system does that when memory runs out)' : '';
  return new AppError('WORKER_CRASHED', {
    message: `The worker ${how}${hint}.`,
    remedy: 'Resume the job, or start it again with less data.',
    kept,
    details,
  });
}
