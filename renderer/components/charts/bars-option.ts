import type { EChartsOption } from 'echarts';
import { formatFull, formatNumber } from '../../lib/format.ts';
import { labelWidth, valueXAxis, wordYAxis } from './axes.ts';
import { hoverText } from './hover-text.ts';
import type { ChartPalette } from './palette.ts';

interface BarsLook {
  /** `hover` is plain text, a line each. */
  readonly bars: readonly { readonly label: string; readonly value: number; readonly hover?: string }[];
  readonly xName: string;
  readonly format?: (value: number) => string;
}

/** Pixels a chart of `count` bars needs. */
export const barsHeight = (count: number): number => 64 + Math.max(count, 1) * 24;

/** Horizontal bars from zero, the first at the top. */
export function barsOption({ bars, xName, format = formatNumber }: BarsLook, palette: ChartPalette): EChartsOption {
  const labels = bars.map(({ label }) => label);
  const width = labelWidth(bars);
  return {
    grid: { left: width + 24, right: 28, top: 8, bottom: 44 },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      confine: true,
      formatter: (params) => {
        const index = Array.isArray(params) ? params[0]?.dataIndex : params.dataIndex;
        const bar = index === undefined ? undefined : bars[index];
        return bar === undefined ? '' : hoverText(bar.hover ?? `${bar.label}\n${formatFull(bar.value)}`);
      },
    },
    xAxis: valueXAxis({ name: xName, palette, isFromZero: true, format }),
    yAxis: wordYAxis({ name: '', palette }, labels, width + 8),
    series: [
      { type: 'bar', data: bars.map(({ value }) => value), itemStyle: { color: palette.current }, barMaxWidth: 16 },
    ],
  };
}
