import type { JobProgress } from '../../shared/contract/jobs.ts';
import { shortBytes, shortDuration, shortNumber } from './table.ts';

const REDRAW_MS = 100;
const LINE_MS = 5000;

const amount = (value: number, unit: JobProgress['unit']): string =>
  unit === 'bytes' ? shortBytes(value) : `${shortNumber(Math.round(value))} ${unit}`;

/** "training: 12 of 40 epochs, 320,000 rows/s, 9 s left". */
export function describeProgress({ stage, done, total, unit, rate, etaMs, rows }: JobProgress): string {
  const parts = [
    total === null
      ? amount(done, unit)
      : `${unit === 'bytes' ? shortBytes(done) : shortNumber(Math.round(done))} of ${amount(total, unit)}`,
  ];
  if (rows !== undefined) parts.push(`about ${shortNumber(Number(rows.toPrecision(3)))} rows`);
  if (rate !== null && rate > 0)
    parts.push(
      unit === 'bytes'
        ? `${shortBytes(rate)}/s`
        : `${shortNumber(Number(rate.toPrecision(3)))} ${unit === 'epochs' ? 'rows' : unit}/s`,
    );
  if (etaMs !== null) parts.push(`${shortDuration(etaMs / 1000)} left`);
  return `${stage}: ${parts.join(', ')}`;
}

/** Progress on stderr: one line redrawn at a terminal, one line every five seconds elsewhere, nothing when quiet. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #isQuiet: boolean;
  #lastShown = Number.NEGATIVE_INFINITY;
  #isLineOpen = false;

  constructor(stream: NodeJS.WriteStream, isQuiet: boolean) {
    this.#stream = stream;
    this.#isQuiet = isQuiet;
  }

  show(text: string): void {
    const now = performance.now();
    if (this.#isQuiet || now - this.#lastShown < (this.#stream.isTTY ? REDRAW_MS : LINE_MS)) return;
    this.#lastShown = now;
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\u001b[2K${text.slice(0, (this.#stream.columns ?? 80) - 1)}`);
      this.#isLineOpen = true;
    } else {
      this.#stream.write(`${text}\n`);
    }
  }

  /** Removes the redrawn line so that what follows starts on a clean one. */
  clear(): void {
    if (this.#isLineOpen) this.#stream.write('\r\u001b[2K');
    this.#isLineOpen = false;
    this.#lastShown = Number.NEGATIVE_INFINITY;
  }
}
