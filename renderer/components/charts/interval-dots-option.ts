import type { EChartsOption } from 'echarts';
import { formatCount, formatFull } from '../../lib/format.ts';
import { labelWidth, valueXAxis, wordYAxis } from './axes.ts';
import { errorBars } from './error-bars.ts';
import { hoverText } from './hover-text.ts';
import { chartMessages } from './messages.ts';
import type { ChartPalette } from './palette.ts';

/** One row: a figure with its interval. Rows without an answer keep their place and show no dot. */
export interface IntervalDot {
  readonly label: string;
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** Null where it is not a figure of rows. */
  readonly rows: number | null;
  /** False: drawn hollow and grey. */
  readonly isEnough: boolean;
}

interface IntervalDotsLook {
  readonly dots: readonly IntervalDot[];
  readonly xName: string;
  /** A grey line to compare with: the figure over all rows. */
  readonly overall: { readonly label: string; readonly value: number } | undefined;
}

/** Pixels a chart of `count` rows needs. */
export const intervalDotsHeight = (count: number): number => 76 + Math.max(count, 1) * 28;

const describe = (dot: IntervalDot): string => {
  const hasInterval = dot.lower !== null && dot.upper !== null;
  return hoverText(
    dot.label,
    formatFull(dot.value),
    hasInterval
      ? `${chartMessages.interval}: ${formatFull(dot.lower)} – ${formatFull(dot.upper)}`
      : chartMessages.noInterval,
    ...(dot.rows === null ? [] : [`${formatCount(dot.rows)} ${chartMessages.rows}`]),
    ...(dot.isEnough || dot.rows === null ? [] : [chartMessages.tooFewRows]),
  );
};

/** A dot plot, one row a group, each with its interval; groups with too few rows are hollow and grey. */
export function intervalDotsOption({ dots, xName, overall }: IntervalDotsLook, palette: ChartPalette): EChartsOption {
  const bars = (isEnough: boolean) =>
    dots.flatMap((dot, at) =>
      dot.isEnough === isEnough && dot.lower !== null && dot.upper !== null
        ? [{ at, lower: dot.lower, upper: dot.upper }]
        : [],
    );
  return {
    grid: { left: labelWidth(dots) + 24, right: 28, top: 20, bottom: 44 },
    tooltip: {
      trigger: 'item',
      confine: true,
      formatter: (params) => {
        const index = Array.isArray(params) ? params[0]?.dataIndex : params.dataIndex;
        const dot = index === undefined ? undefined : dots[index];
        return dot === undefined ? '' : describe(dot);
      },
    },
    xAxis: valueXAxis({ name: xName, palette }),
    yAxis: wordYAxis(
      { name: '', palette },
      dots.map((dot) => dot.label),
      labelWidth(dots) + 8,
    ),
    series: [
      errorBars({ bars: bars(true), along: 'x', colour: palette.current, capPx: 4 }),
      errorBars({ bars: bars(false), along: 'x', colour: palette.reference, capPx: 4 }),
      {
        type: 'scatter',
        symbolSize: 10,
        data: dots.map((dot, at) => ({
          value: [dot.value ?? Number.NaN, at],
          itemStyle: dot.isEnough
            ? { color: palette.current }
            : { color: palette.surface, borderColor: palette.reference, borderWidth: 2 },
        })),
        ...(overall === undefined
          ? {}
          : {
              markLine: {
                silent: true,
                symbol: 'none',
                label: { formatter: overall.label, color: palette.dimmed, position: 'start', distance: 4, show: false },
                lineStyle: { color: palette.reference, type: 'dashed', width: 1.5 },
                data: [{ xAxis: overall.value }],
              },
            }),
      },
    ],
  };
}
