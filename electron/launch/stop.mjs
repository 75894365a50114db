/** A reason to stop that a person can act on: one sentence, and the remedy. Printed without a stack. */
export class Stop extends Error {
  constructor(what, remedy, exitCode = 1) {
    super(`${what} ${remedy}`);
    this.exitCode = exitCode;
  }
}
