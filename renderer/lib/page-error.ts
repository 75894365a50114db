import { ORPCError } from '@orpc/client';
import { type AppError, AppError as AppErrorClass, fromWire } from '../../shared/errors.ts';

const hasCode = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'code' in data && 'message' in data;

/**
 * What a failed call means to the page. An error the engine answered keeps its code, remedy and what was kept; anything
 * else is a broken line.
 */
export function toPageError(error: unknown, brokenLine: (cause: unknown) => AppError): AppError {
  if (error instanceof AppErrorClass) return error;
  if (!(error instanceof ORPCError)) return brokenLine(error);
  if (hasCode(error.data)) return fromWire(error.data);
  return new AppErrorClass(error.code === 'BAD_REQUEST' ? 'INVALID_ARGUMENT' : 'INTERNAL', {
    message: error.message,
    cause: error,
  });
}
