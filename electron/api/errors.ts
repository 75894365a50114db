import { ORPCError } from '@orpc/server';
import { toAppError } from '../../shared/errors.ts';

/** Turns whatever a service throws into the wire's error, its `data` the WireError, so that clients rebuild the AppError. */
export async function withWireErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ORPCError) throw error;
    const wire = toAppError(error).toWire();
    throw new ORPCError(wire.code, { message: wire.message, data: wire, cause: error });
  }
}
