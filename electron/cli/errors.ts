import { ORPCError } from '@orpc/client';
import { z } from 'zod';
import { AppError, fromWire, toAppError } from '../../shared/errors.ts';

/** Done; failed; wrong usage; done and the answer is "no"; cancelled. */
export const EXIT = { done: 0, failed: 1, usage: 2, no: 3, cancelled: 130 } as const;

/** Any error a verb can end with as an AppError: from the engine by wire or in process, or from what was typed. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof ORPCError) {
    const carried = fromWire(error.data);
    return carried.code === 'INTERNAL' ? fromCall(error) : carried;
  }
  if (error instanceof z.ZodError) return wrongUsage(error);
  return toAppError(error);
}

function fromCall(error: ORPCError<string, unknown>): AppError {
  if (error.cause instanceof AppError) return error.cause;
  if (error.code === 'BAD_REQUEST') {
    const [issue] =
      z
        .object({ issues: z.array(z.object({ message: z.string(), path: z.array(z.unknown()).optional() })) })
        .safeParse(error.data).data?.issues ?? [];
    const where = issue?.path?.length ? `${issue.path.join('.')}: ` : '';
    return new AppError('INVALID_ARGUMENT', { message: `${where}${issue?.message ?? error.message}`, cause: error });
  }
  return new AppError('INTERNAL', { message: error.message, cause: error });
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What zod found wrong with what was typed, in the words of the command line. */
function wrongUsage(error: z.ZodError): AppError {
  const sentences = error.issues.map((issue) => {
    const name = kebab(String(issue.path[0] ?? ''));
    if (name === '') return issue.message;
    const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
    return isMissing ? `--${name} is missing` : `${name}: ${issue.message}`;
  });
  return new AppError('INVALID_ARGUMENT', {
    message: sentences.join('; '),
    remedy: 'See `drydock <verb> --help`.',
    cause: error,
  });
}

export function exitCodeOf(error: AppError): number {
  if (error.code === 'CANCELLED') return EXIT.cancelled;
  if (error.code === 'INVALID_ARGUMENT' || error.code === 'NOT_YET_AVAILABLE') return EXIT.usage;
  return EXIT.failed;
}

/** One line what, one line what was kept, one line what to do. */
export function errorLines(error: AppError): string {
  const lines = [`error: ${error.message}`];
  if (error.kept !== undefined) lines.push(`kept: ${error.kept}`);
  if (error.remedy !== undefined) lines.push(`next: ${error.remedy}`);
  return lines.join('\n');
}

/** The document of an error for `--json`. */
export function errorDocument(error: AppError): unknown {
  const { code, message, remedy, kept, details } = error.toWire();
  return { error: { code, message, remedy: remedy ?? null, kept: kept ?? null, details: details ?? {} } };
}
