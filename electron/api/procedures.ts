import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/contract.ts';
import { AppError } from '../../shared/errors.ts';
import { withWireErrors } from './errors.ts';

/** The contract, ready to be given handlers; whatever a handler throws leaves as a wire error. */
export const procedures = implement(contract).use(({ next }) => withWireErrors(async () => next()));

/** A handler for calls of a domain that this version has no service for. */
export const notYet = (domain: string) => (): never => {
  throw new AppError('NOT_YET_AVAILABLE', { message: `The calls of "${domain}" are not yet in this version.` });
};
