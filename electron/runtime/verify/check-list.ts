/** One line of the conformance test. */
export interface Check {
  readonly name: string;
  readonly isOk: boolean;
  readonly detail: string;
  readonly seconds: number;
}

/** What a check found wrong, in words for people. */
export class CheckFailure extends Error {}

export function need(condition: boolean, message: string): asserts condition {
  if (!condition) throw new CheckFailure(message);
}

/** Runs checks one after the other and keeps each answer; a failing check stops nothing by itself. */
export class CheckList {
  readonly checks: Check[] = [];
  readonly #tell: (check: Check) => void;

  constructor(tell: (check: Check) => void) {
    this.#tell = tell;
  }

  get isOk(): boolean {
    return this.checks.every((check) => check.isOk);
  }

  /** `work` answers what was found, or throws. True when it passed. */
  async check(name: string, work: () => string | Promise<string>): Promise<boolean> {
    const began = performance.now();
    let isOk = false;
    let detail: string;
    try {
      detail = await work();
      isOk = true;
    } catch (error) {
      // Whatever goes wrong while a check runs is an answer of that check.
      detail = error instanceof Error ? error.message : String(error);
    }
    const check = { name, isOk, detail, seconds: (performance.now() - began) / 1000 };
    this.checks.push(check);
    this.#tell(check);
    return isOk;
  }
}
