import type { EvaluationReport, GroupMetrics } from '../../../../shared/contract/evaluation.ts';
import { metricLabel } from '../../../../shared/metric-names.ts';
import { figure, Html, html } from './html-text.ts';

const SIZE = 220;
const PAD = 30;
const inner = SIZE - 2 * PAD;
const px = (x: number): string => (PAD + x * inner).toFixed(1);
const py = (y: number): string => (PAD + (1 - y) * inner).toFixed(1);

/** A square of two shares; what lies in it comes as SVG. */
function unitSquare(title: string, [horizontal, vertical]: readonly [string, string], content: Html): Html {
  const ticks = [0, 0.5, 1];
  return html`<figure><figcaption>${title}</figcaption>
<svg viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="${title}">
<rect x="${PAD}" y="${PAD}" width="${inner}" height="${inner}" class="plot"/>
${ticks.map((t) => html`<text x="${px(t)}" y="${SIZE - PAD + 12}" text-anchor="middle">${t}</text><text x="${PAD - 5}" y="${py(t)}" text-anchor="end" dominant-baseline="middle">${t}</text>`)}
<text x="${SIZE / 2}" y="${SIZE - 3}" text-anchor="middle">${horizontal}</text>
<text x="9" y="${SIZE / 2}" text-anchor="middle" transform="rotate(-90 9 ${SIZE / 2})">${vertical}</text>
${content}</svg></figure>`;
}

const path = (points: readonly { readonly x: number; readonly y: number }[]): string =>
  points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${px(x)} ${py(y)}`).join('');

const DIAGONAL = html`<line x1="${px(0)}" y1="${py(0)}" x2="${px(1)}" y2="${py(1)}" class="reference"/>`;

/** ROC, precision-recall and calibration, those that the report has. */
export function curveCharts({ roc, precisionRecall, calibration }: EvaluationReport): Html[] {
  const line = (points: Parameters<typeof path>[0]) => html`<path d="${path(points)}" class="curve"/>`;
  const bars = (calibration ?? [])
    .filter(({ rows }) => rows > 0)
    .map(
      (bin) =>
        html`<line x1="${px(bin.meanPredicted)}" x2="${px(bin.meanPredicted)}" y1="${py(bin.observedLower)}" y2="${py(bin.observedUpper)}" class="interval"/><circle cx="${px(bin.meanPredicted)}" cy="${py(bin.observed)}" r="3" class="dot"/>`,
    );
  return [
    ...(roc ? [unitSquare('ROC', ['False positive rate', 'True positive rate'], html`${DIAGONAL}${line(roc)}`)] : []),
    ...(precisionRecall ? [unitSquare('Precision and recall', ['Recall', 'Precision'], line(precisionRecall))] : []),
    ...(calibration ? [unitSquare('Calibration', ['Predicted', 'Observed'], html`${DIAGONAL}${bars}`)] : []),
  ];
}

const nameOf = ({ group }: GroupMetrics): string => group.map(({ column, value }) => `${column} = ${value}`).join(', ');

/** One metric by group: a dot and its 95 % interval a row, on one axis. */
export function groupChart(groups: readonly GroupMetrics[], metric: string): Html {
  const rows = groups.flatMap((group) => {
    const found = group.metrics.find(({ name }) => name === metric);
    return found && found.value !== null ? [{ group, metric: found, value: found.value }] : [];
  });
  if (rows.length === 0) return new Html('');
  const values = rows.flatMap(({ metric: { lower, upper }, value }) => [lower ?? value, upper ?? value]);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const [left, width, rowHeight] = [190, 300, 20];
  const x = (value: number): string => (left + ((value - lowest) / (highest - lowest || 1)) * width).toFixed(1);
  const height = rows.length * rowHeight + 24;
  return html`<figure class="wide"><figcaption>${metricLabel(metric)} by group, with 95 % intervals</figcaption>
<svg viewBox="0 0 600 ${height}" role="img" aria-label="${metricLabel(metric)} by group">
${rows.map(({ group, metric: { lower, upper }, value }, i) => {
  const y = i * rowHeight + 12;
  return html`<g class="${group.isEnough ? '' : 'few'}"><text x="${left - 12}" y="${y}" text-anchor="end" dominant-baseline="middle">${nameOf(group).slice(0, 34)}</text>
<line x1="${x(lower ?? value)}" x2="${x(upper ?? value)}" y1="${y}" y2="${y}" class="interval"/><circle cx="${x(value)}" cy="${y}" r="4" class="dot"/>
<text x="${left + width + 12}" y="${y}" dominant-baseline="middle">${figure(value)}${group.isEnough ? '' : ' (few rows)'}</text></g>`;
})}
<text x="${left}" y="${height - 4}">${figure(lowest)}</text><text x="${left + width}" y="${height - 4}" text-anchor="end">${figure(highest)}</text>
</svg></figure>`;
}
