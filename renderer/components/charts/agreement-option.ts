import type { EChartsOption } from 'echarts';
import { formatFull } from '../../lib/format.ts';
import { plotGrid, valueXAxis, valueYAxis } from './axes.ts';
import { hoverText } from './hover-text.ts';
import { chartMessages } from './messages.ts';
import type { ChartPalette } from './palette.ts';

export interface AgreementPoint {
  readonly actual: number;
  readonly predicted: number;
}

/** Predicted against actual, with the grey line on which both are equal. */
export function agreementOption(points: readonly AgreementPoint[], unit: string, palette: ChartPalette): EChartsOption {
  const values = points.flatMap((point) => [point.actual, point.predicted]);
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const ends = Number.isFinite(low) ? [low, high] : [];
  return {
    grid: plotGrid,
    tooltip: {
      trigger: 'item',
      confine: true,
      formatter: (params) => {
        const index = Array.isArray(params) ? params[0]?.dataIndex : params.dataIndex;
        const point = index === undefined ? undefined : points[index];
        if (point === undefined) return '';
        return hoverText(
          `${chartMessages.actual}: ${formatFull(point.actual)} ${unit}`,
          `${chartMessages.predictedValue}: ${formatFull(point.predicted)} ${unit}`,
        );
      },
    },
    xAxis: valueXAxis({ name: `${chartMessages.actual} (${unit})`, palette }),
    yAxis: valueYAxis({ name: `${chartMessages.predictedValue} (${unit})`, palette }),
    series: [
      {
        type: 'scatter',
        name: chartMessages.predictedValue,
        symbolSize: 4,
        itemStyle: { color: palette.current, opacity: 0.45 },
        large: points.length > 2000,
        data: points.map((point) => [point.actual, point.predicted]),
      },
      {
        type: 'line',
        name: chartMessages.perfect,
        showSymbol: false,
        silent: true,
        lineStyle: { color: palette.reference, type: 'dashed', width: 1.5 },
        data: ends.map((end) => [end, end]),
      },
    ],
  };
}
