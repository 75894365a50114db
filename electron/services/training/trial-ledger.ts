import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TrialItem, TrialOutcome } from './trial.ts';

interface Line {
  readonly item: TrialItem;
  readonly outcome: TrialOutcome;
  /** Milliseconds of work at its end, of this attempt and those before. */
  readonly atMs: number;
}

/**
 * Outcomes of trials on disk, a line each: what a killed search takes up again. A last line that was torn by the kill is left
 * out; its trial is run again.
 */
export class TrialLedger {
  readonly #path: string;
  readonly #lines = new Map<string, Line>();

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path)) return;
    const text = readFileSync(path, 'utf8');
    for (const line of text.split('\n')) {
      const read = parsed(line);
      if (read) this.#lines.set(keyOf(read.item), read);
    }
    // What follows must not be glued to a torn line.
    if (text !== '' && !text.endsWith('\n')) appendFileSync(path, '\n');
  }

  /** The outcome of the same configuration with the same number on the same rung; undefined when it has not ended. */
  outcome(item: TrialItem): Line | undefined {
    return this.#lines.get(keyOf(item));
  }

  keep(item: TrialItem, outcome: TrialOutcome, atMs: number): void {
    const line = { item, outcome, atMs };
    this.#lines.set(keyOf(item), line);
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
  }

  /** Milliseconds of work that attempts before this one have spent. */
  get spentMs(): number {
    return Math.max(0, ...[...this.#lines.values()].map(({ atMs }) => atMs));
  }
}

const keyOf = ({ trial, rung, outer, judges, algorithm, params }: TrialItem): string =>
  JSON.stringify([trial, rung, outer, judges, algorithm, Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))]);

function parsed(line: string): Line | null {
  if (line === '') return null;
  try {
    return JSON.parse(line) as Line;
  } catch {
    return null;
  }
}
