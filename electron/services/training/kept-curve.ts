import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobMetricPoint } from '../../../shared/contract/jobs.ts';
import { appendJsonLine, readJsonLines } from './json-lines.ts';

/** The curve of a fit, kept in its folder: a fit that goes on from a checkpoint goes on with the curve of before. */
export class KeptCurve {
  readonly #path: string;
  readonly #points: JobMetricPoint[];
  #isBegun = false;

  constructor(folder: string) {
    this.#path = join(folder, 'curve.jsonl');
    this.#points = readJsonLines(this.#path);
  }

  /** All points, in order of step; grows with the fit. */
  get points(): readonly JobMetricPoint[] {
    return this.#points;
  }

  /** Adds a point; the first of this process tells where it goes on: what a kill made to be done again is forgotten. */
  add(point: JobMetricPoint): void {
    if (!this.#isBegun) {
      this.#isBegun = true;
      const redone = this.#points.findIndex(({ step }) => step >= point.step);
      if (redone >= 0) this.#points.length = redone;
      writeFileSync(this.#path, this.#points.map((known) => `${JSON.stringify(known)}\n`).join(''));
    }
    this.#points.push(point);
    appendJsonLine(this.#path, point);
  }
}
