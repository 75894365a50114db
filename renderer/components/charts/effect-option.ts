import type { EChartsOption } from 'echarts';
import { formatFull } from '../../lib/format.ts';
import { plotGrid, valueXAxis, valueYAxis, wordXAxis } from './axes.ts';
import { band, lineLegend, secondLine } from './band-line-option.ts';
import { hoverText } from './hover-text.ts';
import type { ChartPalette } from './palette.ts';

interface EffectLook {
  /** Numbers on an axis, or words side by side. */
  readonly grid: readonly number[] | readonly string[];
  readonly average: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly averageName: string;
  /** A second, dashed line over its own places on the same axis. */
  readonly second: { readonly name: string; readonly x: readonly number[]; readonly y: readonly number[] } | null;
  readonly xName: string;
  readonly yName: string;
  /** How a place on the axis is written. */
  format(x: number | string): string;
}

/** An answer over the values of a column, the rows around it as a band. */
export function effectOption(look: EffectLook, palette: ChartPalette): EChartsOption {
  const { grid, average, lower, upper, averageName, second, xName, yName, format } = look;
  const isWords = grid.some((x) => typeof x === 'string');
  const symbolSize = isWords ? 8 : 5;
  return {
    grid: { ...plotGrid, ...(second === null ? {} : { top: 32 }) },
    ...(second === null ? {} : { legend: lineLegend([averageName, second.name], palette) }),
    tooltip: {
      trigger: 'item',
      confine: true,
      formatter: (params) => {
        const one = Array.isArray(params) ? params[0] : params;
        if (one === undefined) return '';
        if (second !== null && one.seriesName === second.name)
          return hoverText(format(second.x[one.dataIndex] ?? 0), `${yName}: ${formatFull(second.y[one.dataIndex])}`);
        const x = grid[one.dataIndex];
        return hoverText(
          format(x ?? 0),
          `${yName}: ${formatFull(average[one.dataIndex])}`,
          `${formatFull(lower[one.dataIndex])} – ${formatFull(upper[one.dataIndex])}`,
        );
      },
    },
    xAxis: isWords
      ? wordXAxis({ name: xName, palette }, grid.map(String))
      : valueXAxis({ name: xName, palette, format, min: 'dataMin', max: 'dataMax', hasBareEnds: true }),
    yAxis: valueYAxis({ name: yName, palette }),
    series: [
      ...band(
        'rows',
        grid.map((x, step) => ({ x, lower: lower[step] ?? null, upper: upper[step] ?? null })),
        palette.current,
      ),
      ...(second === null
        ? []
        : [
            {
              ...secondLine(second.name, palette),
              symbolSize,
              data: second.x.map((x, step) => [x, second.y[step] ?? 0]),
            },
          ]),
      {
        type: 'line',
        name: averageName,
        symbol: 'circle',
        symbolSize,
        data: grid.map((x, step) => [isWords ? step : Number(x), average[step] ?? 0]),
        lineStyle: { color: palette.current, width: 2 },
        itemStyle: { color: palette.current },
      },
    ],
  };
}
