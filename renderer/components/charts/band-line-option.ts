import type { EChartsOption } from 'echarts';
import { formatCount, formatFull } from '../../lib/format.ts';
import { plotGrid, valueYAxis, wordXAxis } from './axes.ts';
import { chartMessages } from './messages.ts';
import type { ChartPalette } from './palette.ts';

/** One period: a figure with its interval. */
export interface BandPoint {
  readonly label: string;
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly rows: number;
  /** Too few rows to be judged: a hollow dot off the line, whose interval does not stretch the axis. */
  readonly isThin: boolean;
}

interface BandLine {
  readonly points: readonly BandPoint[];
  readonly name: string;
  /** The figure on held-out rows: a grey line. */
  readonly reference: { readonly label: string; readonly value: number } | undefined;
}

/** A figure over time with its interval as a band; time runs left to right, gaps stay gaps. */
export function bandLineOption({ points, name, reference }: BandLine, palette: ChartPalette): EChartsOption {
  const band = (index: number): number => {
    const point = points[index];
    return point === undefined || point.isThin || point.lower === null || point.upper === null
      ? Number.NaN
      : point.upper - point.lower;
  };
  const values = points
    .flatMap((point) => [
      point.isThin ? point.value : (point.lower ?? point.value),
      point.isThin ? point.value : (point.upper ?? point.value),
      reference?.value ?? null,
    ])
    .filter((value) => value !== null);
  const least = Math.min(...values);
  const most = Math.max(...values);
  const room = (most - least) * 0.08 || 0.01;
  return {
    grid: { ...plotGrid, bottom: 28 },
    tooltip: {
      trigger: 'axis',
      confine: true,
      formatter: (params) => {
        const index = Array.isArray(params) ? params[0]?.dataIndex : params.dataIndex;
        const point = index === undefined ? undefined : points[index];
        if (point === undefined) return '';
        return [
          point.label,
          `${name}: <b>${formatFull(point.value)}</b>`,
          point.lower === null
            ? chartMessages.noInterval
            : `${chartMessages.interval}: ${formatFull(point.lower)} – ${formatFull(point.upper)}`,
          `${formatCount(point.rows)} ${chartMessages.rows}${point.isThin ? `, ${chartMessages.tooFewRows}` : ''}`,
        ].join('<br/>');
      },
    },
    xAxis: wordXAxis(
      { name: '', palette },
      points.map((point) => point.label),
    ),
    yAxis: {
      ...valueYAxis({ name, palette, hasBareEnds: true }),
      ...(Number.isFinite(least) ? { min: least - room, max: most + room } : {}),
    },
    series: [
      {
        type: 'line',
        stack: 'band',
        stackStrategy: 'all',
        silent: true,
        showSymbol: false,
        lineStyle: { opacity: 0 },
        data: points.map((point) => (point.isThin ? Number.NaN : (point.lower ?? Number.NaN))),
      },
      {
        type: 'line',
        name: chartMessages.interval,
        stack: 'band',
        stackStrategy: 'all',
        silent: true,
        showSymbol: false,
        lineStyle: { opacity: 0 },
        areaStyle: { color: palette.current, opacity: 0.18 },
        data: points.map((_, index) => band(index)),
      },
      {
        type: 'line',
        name,
        symbol: 'circle',
        symbolSize: 8,
        connectNulls: false,
        lineStyle: { color: palette.current, width: 2 },
        itemStyle: { color: palette.current },
        data: points.map((point) => (point.isThin ? Number.NaN : (point.value ?? Number.NaN))),
        ...(reference === undefined
          ? {}
          : {
              markLine: {
                silent: true,
                symbol: 'none',
                lineStyle: { color: palette.reference, type: 'dashed', width: 1.5 },
                label: { formatter: reference.label, color: palette.dimmed, position: 'insideEndTop' },
                data: [{ yAxis: reference.value }],
              },
            }),
      },
      {
        type: 'scatter',
        name,
        symbol: 'circle',
        symbolSize: 8,
        itemStyle: { color: palette.surface, borderColor: palette.current, borderWidth: 2 },
        data: points.map((point) => (point.isThin ? (point.value ?? Number.NaN) : Number.NaN)),
      },
    ],
  };
}
