import type { EChartsOption } from 'echarts';
import { formatFull } from '../../lib/format.ts';
import { plotGrid, valueXAxis, valueYAxis } from './axes.ts';
import { chartMessages } from './messages.ts';
import type { ChartPalette } from './palette.ts';

/** One curve over epochs; `isReference` draws it grey and dashed (the training rows). */
export interface ProgressCurve {
  readonly name: string;
  readonly points: readonly (readonly [step: number, value: number])[];
  readonly isReference: boolean;
}

const dashes = ['solid', 'dashed', 'dotted'] as const;

/** Lines the legend takes in half a page. */
const legendRows = (curves: readonly ProgressCurve[]): number =>
  Math.ceil(curves.reduce((sum, curve) => sum + curve.name.length * 6.2 + 40, 0) / 400);

/** Live curves: no animation, so that five updates a second stay smooth; each curve differs by dash as well as colour. */
export function progressCurvesOption(
  curves: readonly ProgressCurve[],
  yName: string,
  palette: ChartPalette,
  xName: string = chartMessages.epoch,
): EChartsOption {
  const drawn = curves.filter((curve) => !curve.isReference);
  return {
    animation: false,
    grid: { ...plotGrid, top: 16 + 16 * legendRows(curves) },
    legend: {
      top: 0,
      left: 56,
      icon: 'roundRect',
      itemWidth: 18,
      itemHeight: 3,
      textStyle: { color: palette.dimmed, fontSize: 11 },
    },
    tooltip: { trigger: 'axis', confine: true, valueFormatter: (value) => formatFull(Number(value)) },
    xAxis: { ...valueXAxis({ name: xName, palette }), minInterval: 1 },
    yAxis: valueYAxis({ name: yName, palette }),
    // Blocks of numbers: the library copies what else it is given, and pairs by the thousand take it longer than drawing.
    dataset: curves.map(({ points }) => ({
      dimensions: ['step', 'value'],
      sourceHeader: false,
      source: Float64Array.from(points.flat()),
    })),
    series: curves.map((curve, index) => {
      const rank = drawn.indexOf(curve);
      const colour = curve.isReference
        ? palette.reference
        : (palette.series[rank % palette.series.length] ?? palette.current);
      return {
        type: 'line',
        name: curve.name,
        datasetIndex: index,
        encode: { x: 'step', y: 'value' },
        showSymbol: curve.points.length < 3,
        // Where more points than pixels stand side by side, the highest and lowest of each are drawn.
        sampling: 'minmax',
        symbolSize: 5,
        lineStyle: {
          color: colour,
          width: 2,
          type: curve.isReference ? 'dashed' : (dashes[Math.max(rank, 0) % dashes.length] ?? 'solid'),
        },
        itemStyle: { color: colour },
      };
    }),
  };
}
