import type { EChartsOption } from 'echarts';
import type { ColumnProfile } from '../../../shared/contract/datasets.ts';
import { valueXAxis, wordYAxis } from '../../components/charts/axes.ts';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { fullText } from '../../lib/cell-text.ts';
import { formatCount } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';

/** Bars of the most frequent values, from zero, the most frequent at the top. */
export function topValuesOption(values: NonNullable<ColumnProfile['topValues']>, palette: ChartPalette): EChartsOption {
  const m = messages.datasets;
  const words = values.map(({ value }) => fullText(value) || m.empty);
  return {
    grid: { left: 150, right: 24, top: 8, bottom: 44 },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'none' },
      confine: true,
      valueFormatter: (value) => formatCount(Number(value)),
    },
    xAxis: valueXAxis({ name: m.factRows, palette, isFromZero: true, format: formatCount }),
    yAxis: wordYAxis({ name: '', palette }, words, 130),
    series: [
      { type: 'bar', data: values.map(({ count }) => count), itemStyle: { color: palette.current }, barMaxWidth: 18 },
    ],
  };
}
