import type { EChartsOption } from 'echarts';
import { formatCount, formatFull } from '../../lib/format.ts';
import { wordXAxis, wordYAxis } from './axes.ts';
import { hoverText } from './hover-text.ts';
import { chartMessages } from './messages.ts';
import type { ChartPalette } from './palette.ts';

export interface ConfusionTable {
  readonly labels: readonly string[];
  /** counts[true][predicted] */
  readonly counts: readonly (readonly number[])[];
}

/** A heat map of true against predicted class; colour is the share of the true class, the number the count. */
export function confusionOption({ labels, counts }: ConfusionTable, palette: ChartPalette): EChartsOption {
  const cells = counts.flatMap((row, truth) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predicted) => ({ value: [predicted, truth, total === 0 ? 0 : count / total], count }));
  });
  return {
    grid: { left: 120, right: 20, top: 12, bottom: 52 },
    tooltip: {
      confine: true,
      formatter: (params) => {
        const index = Array.isArray(params) ? params[0]?.dataIndex : params.dataIndex;
        const cell = index === undefined ? undefined : cells[index];
        if (cell === undefined) return '';
        const [predicted = 0, truth = 0, share = 0] = cell.value;
        return hoverText(
          `${chartMessages.actual}: ${labels[truth] ?? ''}`,
          `${chartMessages.predictedValue}: ${labels[predicted] ?? ''}`,
          `${formatCount(cell.count)} (${formatFull(share * 100)} % ${chartMessages.ofRow})`,
        );
      },
    },
    xAxis: { ...wordXAxis({ name: chartMessages.predictedValue, palette }, labels) },
    yAxis: { ...wordYAxis({ name: chartMessages.actual, palette }, labels), nameGap: 100 },
    // Full colour stays half mixed with the surface, so that the same text is readable on every cell.
    visualMap: { show: false, min: 0, max: 2, dimension: 2, inRange: { color: [palette.surface, palette.current] } },
    series: [
      {
        type: 'heatmap',
        data: cells.map((cell) => ({ value: cell.value })),
        itemStyle: { borderColor: palette.grid, borderWidth: 1 },
        label: {
          show: labels.length <= 12,
          color: palette.text,
          formatter: (params) => formatCount(cells[params.dataIndex]?.count ?? 0),
        },
      },
    ],
  };
}
