import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { z } from 'zod';
import { AppError } from '../../shared/errors.ts';

/** Reads and checks a JSON document that a person named. */
export async function readDocument<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
  const absolute = resolve(path);
  const text = await readFile(absolute, 'utf8').catch((error: unknown) => {
    throw new AppError('NOT_FOUND', {
      message: `The file ${absolute} cannot be read.`,
      remedy: 'Check the path.',
      cause: error,
    });
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new AppError('BAD_INPUT', {
      message: `${absolute} is not JSON: ${String(error)}`,
      remedy: 'Correct the file.',
      cause: error,
    });
  }
  const checked = schema.safeParse(parsed);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new AppError('BAD_INPUT', {
    message: `${absolute} is not as expected at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? ''}`,
    remedy: 'Compare it with what `drydock schema infer` writes.',
    details: { file: absolute, issues: checked.error.issues.length },
  });
}
