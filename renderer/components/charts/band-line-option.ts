import type { EChartsOption, LineSeriesOption } from 'echarts';
import { formatCount, formatFull } from '../../lib/format.ts';
import { labelWidth, plotGrid, valueYAxis, wordXAxis } from './axes.ts';
import { hoverText } from './hover-text.ts';
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

/** What was estimated of the same figure before answers came. */
export type EstimatedPoint = Pick<BandPoint, 'value' | 'lower' | 'upper'>;

interface BandLine {
  readonly points: readonly BandPoint[];
  readonly name: string;
  /** One a period; a dashed line of diamonds with a band of its own. */
  readonly estimated: readonly EstimatedPoint[] | undefined;
  /** The figure on held-out rows: a grey line. */
  readonly reference: { readonly label: string; readonly value: number } | undefined;
}

const noPoint: EstimatedPoint = { value: null, lower: null, upper: null };

const described = (name: string, { value, lower, upper }: EstimatedPoint): readonly string[] => [
  `${name}: ${formatFull(value)}`,
  lower === null ? chartMessages.noInterval : `${chartMessages.interval}: ${formatFull(lower)} – ${formatFull(upper)}`,
];

/** Names of lines, above the plot on its right. */
export const lineLegend = (names: string[], palette: ChartPalette) => ({
  top: 0,
  right: 8,
  data: names,
  textStyle: { color: palette.dimmed, fontSize: 11 },
});

const secondColour = (palette: ChartPalette): string => palette.series[1] ?? palette.reference;

/** How a second line beside the first is drawn. */
export const secondLine = (name: string, palette: ChartPalette) => ({
  type: 'line' as const,
  name,
  symbol: 'diamond',
  lineStyle: { color: secondColour(palette), width: 1.5, type: 'dashed' as const },
  itemStyle: { color: secondColour(palette) },
});

/** Two unseen lines, one on the other, with the colour between them; `x` where the axis is of numbers. */
export function band(
  stack: string,
  points: readonly (Pick<BandPoint, 'lower' | 'upper'> & { readonly x?: number | string })[],
  colour: string,
): LineSeriesOption[] {
  const at = (x: number | string | undefined, y: number): number | number[] => (typeof x === 'number' ? [x, y] : y);
  const unseen = {
    type: 'line' as const,
    stack,
    stackStrategy: 'all' as const,
    silent: true,
    showSymbol: false,
    lineStyle: { opacity: 0 },
  };
  return [
    { ...unseen, data: points.map(({ x, lower }) => at(x, lower ?? Number.NaN)) },
    {
      ...unseen,
      areaStyle: { color: colour, opacity: 0.18 },
      data: points.map(({ x, lower, upper }) => at(x, lower === null || upper === null ? Number.NaN : upper - lower)),
    },
  ];
}

/** A figure over time with its interval as a band; time runs left to right, gaps stay gaps. */
export function bandLineOption({ points, name, estimated, reference }: BandLine, palette: ChartPalette): EChartsOption {
  const judged = points.map((point) => (point.isThin ? { lower: null, upper: null } : point));
  const guessed = estimated?.map((point, index) => (points[index]?.isThin ? noPoint : point));
  const values = points
    .flatMap((point, index) => [
      point.isThin ? point.value : (point.lower ?? point.value),
      point.isThin ? point.value : (point.upper ?? point.value),
      guessed?.[index]?.lower ?? null,
      guessed?.[index]?.upper ?? null,
      reference?.value ?? null,
    ])
    .filter((value) => value !== null);
  const least = Math.min(...values);
  const most = Math.max(...values);
  const room = (most - least) * 0.08 || 0.01;
  return {
    grid: {
      ...plotGrid,
      bottom: 28,
      ...(guessed === undefined ? {} : { top: 32 }),
      // Beside the plot its name hides no point.
      ...(reference === undefined ? {} : { right: 24 + labelWidth([reference]) }),
    },
    ...(guessed === undefined ? {} : { legend: lineLegend([name, chartMessages.estimated], palette) }),
    tooltip: {
      trigger: 'axis',
      confine: true,
      formatter: (params) => {
        const index = Array.isArray(params) ? params[0]?.dataIndex : params.dataIndex;
        const point = index === undefined ? undefined : points[index];
        if (point === undefined) return '';
        const guess = estimated?.[index ?? 0];
        return hoverText(
          point.label,
          ...described(name, point),
          ...(guess === undefined ? [] : described(chartMessages.estimated, guess)),
          `${formatCount(point.rows)} ${chartMessages.rows}${point.isThin ? `, ${chartMessages.tooFewRows}` : ''}`,
        );
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
      ...band('band', judged, palette.current),
      ...(guessed === undefined
        ? []
        : [
            ...band('estimated', guessed, secondColour(palette)),
            {
              ...secondLine(chartMessages.estimated, palette),
              symbolSize: 9,
              connectNulls: false,
              data: guessed.map(({ value }) => value ?? Number.NaN),
            },
          ]),
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
                label: { formatter: reference.label, color: palette.dimmed, position: 'end' },
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
