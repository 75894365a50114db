import type { EChartsOption } from 'echarts';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import { formatFull } from '../../lib/format.ts';
import { plotGrid, valueXAxis, valueYAxis } from './axes.ts';
import { hoverText } from './hover-text.ts';
import { chartMessages } from './messages.ts';
import type { ChartPalette } from './palette.ts';

type CurvePoint = NonNullable<EvaluationReport['roc']>[number];

interface CurveLook {
  readonly points: readonly CurvePoint[];
  readonly xName: string;
  readonly yName: string;
  /** What a model that knows nothing reaches: the diagonal, a level line. */
  readonly chance: {
    readonly label: string;
    readonly from: readonly [number, number];
    readonly to: readonly [number, number];
  };
}

/** A curve in the unit square (ROC, precision and recall) with chance in grey. */
export function curveOption({ points, xName, yName, chance }: CurveLook, palette: ChartPalette): EChartsOption {
  return {
    grid: plotGrid,
    tooltip: {
      trigger: 'axis',
      confine: true,
      formatter: (params) => {
        const near = Array.isArray(params) ? params.find(({ seriesName }) => seriesName === yName) : params;
        const point = near === undefined ? undefined : points[near.dataIndex];
        if (point === undefined) return '';
        return hoverText(
          `${xName}: ${formatFull(point.x)}`,
          `${yName}: ${formatFull(point.y)}`,
          ...(point.threshold === null ? [] : [`${chartMessages.threshold} ${formatFull(point.threshold)}`]),
        );
      },
    },
    xAxis: valueXAxis({ name: xName, palette, min: 0, max: 1 }),
    yAxis: valueYAxis({ name: yName, palette, min: 0, max: 1 }),
    series: [
      {
        type: 'line',
        name: chance.label,
        data: [[...chance.from], [...chance.to]],
        showSymbol: false,
        silent: true,
        lineStyle: { color: palette.reference, type: 'dashed', width: 1.5 },
        itemStyle: { color: palette.reference },
      },
      {
        type: 'line',
        name: yName,
        data: points.map((point) => [point.x, point.y]),
        symbol: 'circle',
        symbolSize: 6,
        showSymbol: false,
        lineStyle: { color: palette.current, width: 2 },
        itemStyle: { color: palette.current },
      },
    ],
  };
}
