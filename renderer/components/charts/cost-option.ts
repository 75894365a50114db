import type { EChartsOption } from 'echarts';
import { formatFull, formatNumber } from '../../lib/format.ts';
import { plotGrid, valueXAxis, valueYAxis } from './axes.ts';
import type { ChartPalette } from './palette.ts';

interface CostLook {
  readonly points: readonly { readonly threshold: number; readonly cost: number }[];
  readonly cheapest: number;
  readonly xName: string;
  readonly yName: string;
}

/** Cost against threshold, from zero: a grey line where it is lowest. */
export function costOption({ points, cheapest, xName, yName }: CostLook, palette: ChartPalette): EChartsOption {
  return {
    grid: { ...plotGrid, left: 76 },
    tooltip: { trigger: 'axis', confine: true, valueFormatter: (value) => formatFull(Number(value)) },
    xAxis: valueXAxis({ name: xName, palette, min: 0, max: 1 }),
    yAxis: { ...valueYAxis({ name: yName, palette, isFromZero: true, format: formatNumber }), nameGap: 58 },
    series: [
      {
        type: 'line',
        name: yName,
        showSymbol: false,
        data: points.map((point) => [point.threshold, point.cost]),
        lineStyle: { color: palette.current, width: 2 },
        itemStyle: { color: palette.current },
        markLine: {
          silent: true,
          symbol: 'none',
          label: { show: false },
          lineStyle: { color: palette.reference, type: 'dashed', width: 1.5 },
          data: [{ xAxis: cheapest }],
        },
      },
    ],
  };
}
