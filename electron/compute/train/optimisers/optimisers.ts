import { AppError } from '../../../../shared/errors.ts';
import { adagrad } from './adagrad.ts';
import { adam, amsgrad } from './adam.ts';
import { adamw } from './adamw.ts';
import { nadam } from './nadam.ts';
import type { Optimiser } from './optimiser.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

/** Every optimiser. A new one is a record beside this list and a place in it. */
export const OPTIMISERS: readonly Optimiser[] = [adamw, adam, amsgrad, nadam, sgd, rmsprop, adagrad];

/** The optimiser of that name; an unknown one is an INVALID_ARGUMENT that lists those there are. */
export function optimiserOf(name: string): Optimiser {
  const found = OPTIMISERS.find((optimiser) => optimiser.name === name);
  if (found) return found;
  throw new AppError('INVALID_ARGUMENT', {
    message: `There is no optimiser "${name}".`,
    remedy: `Optimisers: ${OPTIMISERS.map((optimiser) => optimiser.name).join(', ')}.`,
  });
}
