import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';

/** An algorithm's parameters, checked and filled in; INVALID_ARGUMENT names the first that is wrong. */
export function readParams<Params>(algorithm: string, schema: z.ZodType<Params>, given: unknown): Params {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const value = issue?.path.reduce<unknown>((part, key) => Object(part)[key], given);
  throw new AppError('INVALID_ARGUMENT', {
    message: `${algorithm}: ${issue?.path.join('.') || 'parameters'}: ${issue?.message ?? 'wrong'}${value === undefined ? '' : `, not ${JSON.stringify(value)}`}.`,
    remedy: 'Leave the parameter out to use its default.',
    details: { algorithm, params: given },
  });
}

type ListBounds = { readonly least: number; readonly most: number; readonly largest: number };

/** A list of whole numbers from 1 to `largest`, `least` to `most` of them; a single one may be given as it is. */
export const wholeNumbers = ({ least, most, largest }: ListBounds) =>
  z.preprocess(
    (given) => (typeof given === 'number' ? [given] : given),
    z.array(z.number().int().min(1).max(largest)).min(least).max(most),
  );
