import type { EChartsOption } from 'echarts';
import type { Histogram } from '../../../shared/contract/datasets.ts';
import { formatCount, formatFull, formatNumber } from '../../lib/format.ts';
import { plotGrid, valueXAxis, valueYAxis } from './axes.ts';
import { hoverText } from './hover-text.ts';
import { chartMessages } from './messages.ts';
import type { ChartPalette } from './palette.ts';

/** Counts of one sample in bins of any width: a rectangle a bin, zero shown. */
export function histogramOption(
  histogram: Histogram,
  xName: string,
  palette: ChartPalette,
  formatEdge: (value: number) => string = formatNumber,
  hoverEdge: (value: number) => string = formatEdge === formatNumber ? formatFull : formatEdge,
): EChartsOption {
  const bins = histogram.counts.map((count, index) => ({
    from: histogram.edges[index] ?? 0,
    to: histogram.edges[index + 1] ?? 0,
    count,
  }));
  return {
    grid: plotGrid,
    tooltip: {
      confine: true,
      formatter: (params) => {
        const index = Array.isArray(params) ? params[0]?.dataIndex : params.dataIndex;
        const bin = index === undefined ? undefined : bins[index];
        if (bin === undefined) return '';
        return hoverText(
          `${hoverEdge(bin.from)} – ${hoverEdge(bin.to)}`,
          `${formatCount(bin.count)} ${chartMessages.rows}`,
        );
      },
    },
    xAxis: {
      ...valueXAxis({ name: xName, palette, min: 'dataMin', max: 'dataMax', hasBareEnds: true, format: formatEdge }),
      splitLine: { show: false },
    },
    yAxis: valueYAxis({ name: chartMessages.count, palette, isFromZero: true, format: formatCount }),
    series: [
      {
        type: 'custom',
        encode: { x: [0, 1], y: 2 },
        itemStyle: { color: palette.current },
        data: bins.map((bin) => [bin.from, bin.to, bin.count]),
        renderItem: (_params, api) => {
          const [left = 0, top = 0] = api.coord([api.value(0), api.value(2)]);
          const [right = 0, bottom = 0] = api.coord([api.value(1), 0]);
          return {
            type: 'rect',
            shape: { x: left + 0.5, y: top, width: Math.max(right - left - 1, 0.5), height: bottom - top },
            style: { fill: palette.current },
          };
        },
      },
    ],
  };
}
