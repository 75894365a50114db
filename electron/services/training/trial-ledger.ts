import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { appendJsonLine, readJsonLines } from './json-lines.ts';
import type { TrialItem, TrialOutcome } from './trial.ts';

interface Line {
  readonly item: TrialItem;
  readonly outcome: TrialOutcome;
  /** Milliseconds of work at its end, of this attempt and those before. */
  readonly atMs: number;
}

/**
 * Outcomes of trials on disk, a line each: what a killed search takes up again. The trial of a line that was torn by the kill
 * is run again.
 */
export class TrialLedger {
  readonly #path: string;
  readonly #lines = new Map<string, Line>();

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    for (const line of readJsonLines<Line>(path)) this.#lines.set(keyOf(line.item), line);
  }

  /** The outcome of the same configuration with the same number on the same rung; undefined when it has not ended. */
  outcome(item: TrialItem): Line | undefined {
    return this.#lines.get(keyOf(item));
  }

  keep(item: TrialItem, outcome: TrialOutcome, atMs: number): void {
    const line = { item, outcome, atMs };
    this.#lines.set(keyOf(item), line);
    appendJsonLine(this.#path, line);
  }

  /** Milliseconds of work that attempts before this one have spent. */
  get spentMs(): number {
    return Math.max(0, ...[...this.#lines.values()].map(({ atMs }) => atMs));
  }
}

const keyOf = ({ trial, rung, outer, judges, algorithm, params }: TrialItem): string =>
  JSON.stringify([trial, rung, outer, judges, algorithm, Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))]);
