import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/contract.ts';
import { AppError } from '../../shared/errors.ts';
import { withWireErrors } from './errors.ts';

/** The contract to be implemented; whatever a handler throws leaves as a wire error. */
export const os = implement(contract).use(({ next }) => withWireErrors(async () => next()));

/** For a call that has no service in this version. */
export function notYetAvailable(what: string): never {
  throw new AppError('NOT_YET_AVAILABLE', { message: `${what} is not yet in this version.` });
}
