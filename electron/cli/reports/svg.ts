import { escapeHtml, type Markup } from './page.ts';

const rounded = (value: number): string => String(Math.round(value * 100) / 100);

const image = (width: number, height: number, label: string, body: string): Markup => ({
  html: `<svg role="img" aria-label="${escapeHtml(label)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><title>${escapeHtml(label)}</title>${body}</svg>`,
});

const bar = (kind: string, x: number, width: number, height: number, floor: number): string =>
  `<rect class="${kind}" x="${rounded(x)}" y="${rounded(floor - height)}" width="${rounded(Math.max(width, 0.5))}" height="${rounded(height)}"/>`;

/** Bars from zero for counts; one bar a bin. An empty or all-zero list is an empty chart. */
export function histogramChart(counts: readonly number[], label: string, size = { width: 180, height: 36 }): Markup {
  const top = Math.max(1, ...counts);
  const step = size.width / Math.max(1, counts.length);
  const bars = counts.map((count, index) =>
    bar('bar', index * step, step - 1, (count / top) * (size.height - 1), size.height),
  );
  return image(
    size.width,
    size.height,
    label,
    `${bars.join('')}<line class="axis" x1="0" x2="${size.width}" y1="${size.height}" y2="${size.height}"/>`,
  );
}

/** Shares of two samples on the same bins, side by side: reference grey, current in the accent. */
export function pairedChart(reference: readonly number[], current: readonly number[], label: string): Markup {
  const width = 220;
  const height = 48;
  const shares = (counts: readonly number[]) => {
    const total = counts.reduce((sum, count) => sum + count, 0) || 1;
    return counts.map((count) => count / total);
  };
  const pair = [shares(reference), shares(current)] as const;
  const top = Math.max(1e-12, ...pair[0], ...pair[1]);
  const step = width / Math.max(1, reference.length);
  const bars = pair.flatMap((values, side) =>
    values.map((share, index) =>
      bar(
        side === 0 ? 'reference' : 'bar',
        index * step + (side * step) / 2,
        step / 2 - 0.5,
        (share / top) * (height - 1),
        height,
      ),
    ),
  );
  return image(
    width,
    height,
    label,
    `${bars.join('')}<line class="axis" x1="0" x2="${width}" y1="${height}" y2="${height}"/>`,
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A curve in the unit square with its diagonal and axes named; for ROC, precision-recall and calibration. */
export function unitCurve(
  points: readonly Point[],
  options: { label: string; x: string; y: string; hasDiagonal: boolean },
): Markup {
  const side = 240;
  const left = 34;
  const at = ({ x, y }: Point) => `${rounded(left + x * side)},${rounded(10 + (1 - y) * side)}`;
  const path = points.map(at).join(' ');
  const ticks = [0, 0.5, 1].map(
    (tick) =>
      `<text x="${left + tick * side}" y="${side + 24}" text-anchor="middle">${tick}</text><text x="${left - 6}" y="${14 + (1 - tick) * side}" text-anchor="end">${tick}</text>`,
  );
  const body = [
    `<rect x="${left}" y="10" width="${side}" height="${side}" fill="none" class="axis"/>`,
    options.hasDiagonal ? `<line class="diagonal" x1="${left}" y1="${10 + side}" x2="${left + side}" y2="10"/>` : '',
    `<polyline class="curve" points="${path}"/>`,
    ...ticks,
    `<text x="${left + side / 2}" y="${side + 38}" text-anchor="middle">${escapeHtml(options.x)}</text>`,
    `<text transform="translate(10 ${10 + side / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(options.y)}</text>`,
  ];
  return image(left + side + 16, side + 44, options.label, body.join(''));
}

interface Interval {
  readonly value: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** A dot with its 95 % interval on a shared scale from `from` to `to`. */
export function intervalChart(
  { value, lower, upper }: Interval,
  scale: { from: number; to: number },
  label: string,
): Markup {
  const width = 220;
  const span = scale.to - scale.from || 1;
  const at = (number: number) => rounded(4 + ((number - scale.from) / span) * (width - 8));
  const line =
    lower === null || upper === null
      ? ''
      : `<line class="interval" x1="${at(lower)}" x2="${at(upper)}" y1="8" y2="8"/>`;
  return image(
    width,
    16,
    label,
    `<line class="axis" x1="0" x2="${width}" y1="15" y2="15"/>${line}<circle class="bar" cx="${at(value)}" cy="8" r="4"/>`,
  );
}

/** A bar of a share between 0 and 1, in the alarm colour where `isAlarm`. */
export function shareBar(share: number, isAlarm: boolean, label: string): Markup {
  const width = 160;
  return image(
    width,
    12,
    label,
    `<rect x="0" y="1" width="${width}" height="10" fill="none" class="axis"/><rect class="${isAlarm ? 'alarm' : 'bar'}" x="0" y="1" width="${rounded(Math.min(1, Math.max(0, share)) * width)}" height="10"/>`,
  );
}
