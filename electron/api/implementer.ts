import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/contract.ts';
import { withWireErrors } from './errors.ts';

/** The contract to be implemented; whatever a handler throws leaves as a wire error. */
export const os = implement(contract).use(({ next }) => withWireErrors(async () => next()));
