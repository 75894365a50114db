import { ROOT } from './places.mjs';

/** A reason to stop that a person can act on: one sentence, and the remedy. Printed without a stack. */
export class Stop extends Error {
  constructor(what, remedy, exitCode = 1) {
    super(`${what} ${remedy}`);
    this.exitCode = exitCode;
  }
}

export const DISK_FULL = /\bENOSPC\b|no space left on device/i;

/** What the system refused, from all a program said or an error's message: undefined where it was something else. */
export function refusalOf(said, doing) {
  if (DISK_FULL.test(said))
    return new Stop(`The disk became full while ${doing}.`, 'Free some space and run the same command again.');
  if (/\b(EACCES|EROFS|EPERM)\b|read-only file system|permission denied/i.test(said))
    return new Stop(`This folder cannot be written to: ${ROOT}.`, 'Clone into a folder of your own and try there.');
  return undefined;
}
