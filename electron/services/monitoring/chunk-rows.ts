/** A part of the current data: a period, or a run of rows. */
export interface RowChunk {
  readonly label: string;
  /** ISO time or row number from 1, both ends included in rows, `to` excluded in time. */
  readonly from: string;
  readonly to: string;
  readonly rows: Uint32Array;
}

const DAY_MS = 86_400_000;

/** The period a moment falls into, in UTC; weeks begin on Monday (ISO 8601). */
function periodOf(
  chunk: 'day' | 'week' | 'month',
  time: number,
): { readonly start: number; readonly end: number; readonly label: string } {
  const day = Math.floor(time / DAY_MS) * DAY_MS;
  const iso = (at: number): string => new Date(at).toISOString().slice(0, 10);
  if (chunk === 'day') return { start: day, end: day + DAY_MS, label: iso(day) };
  if (chunk === 'week') {
    const monday = day - ((new Date(day).getUTCDay() + 6) % 7) * DAY_MS;
    return { start: monday, end: monday + 7 * DAY_MS, label: `week of ${iso(monday)}` };
  }
  const date = new Date(day);
  const start = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  return { start, end: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1), label: iso(start).slice(0, 7) };
}

/** Parts in order of time, or runs of a number of rows. Rows without a time are in no part. */
export function chunkRows(
  chunk: 'day' | 'week' | 'month' | number,
  times: Float64Array | null,
  rows: number,
): RowChunk[] {
  if (typeof chunk === 'number') {
    const size = Math.max(1, Math.floor(chunk));
    return Array.from({ length: Math.ceil(rows / size) }, (_, index) => {
      const [from, to] = [index * size, Math.min(rows, (index + 1) * size)];
      return {
        label: `${from + 1} to ${to}`,
        from: String(from + 1),
        to: String(to),
        rows: Uint32Array.from({ length: to - from }, (__, i) => from + i),
      };
    });
  }
  const parts = new Map<number, { readonly label: string; readonly end: number; readonly rows: number[] }>();
  for (let row = 0; row < rows; row++) {
    const time = times?.[row] ?? Number.NaN;
    if (Number.isNaN(time)) continue;
    const period = periodOf(chunk, time);
    const part = parts.get(period.start);
    if (part) part.rows.push(row);
    else parts.set(period.start, { label: period.label, end: period.end, rows: [row] });
  }
  return [...parts]
    .sort(([a], [b]) => a - b)
    .map(([start, part]) => ({
      label: part.label,
      from: new Date(start).toISOString(),
      to: new Date(part.end).toISOString(),
      rows: Uint32Array.from(part.rows),
    }));
}
