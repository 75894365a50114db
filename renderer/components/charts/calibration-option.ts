import type { EChartsOption } from 'echarts';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import { formatCount, formatFull } from '../../lib/format.ts';
import { plotGrid, valueXAxis, valueYAxis } from './axes.ts';
import { errorBars } from './error-bars.ts';
import { hoverText } from './hover-text.ts';
import { chartMessages } from './messages.ts';
import type { ChartPalette } from './palette.ts';

export type CalibrationBin = NonNullable<EvaluationReport['calibration']>[number];

/** Observed share against predicted probability, a dot a bin with its interval; the grey diagonal is perfect. Empty bins are left out. */
export function calibrationOption(bins: readonly CalibrationBin[], palette: ChartPalette): EChartsOption {
  const filled = bins.filter((bin) => bin.rows > 0);
  return {
    grid: plotGrid,
    tooltip: { trigger: 'item', confine: true },
    xAxis: valueXAxis({ name: chartMessages.predicted, palette, min: 0, max: 1 }),
    yAxis: valueYAxis({ name: chartMessages.observed, palette, min: 0, max: 1 }),
    series: [
      {
        type: 'line',
        name: chartMessages.perfect,
        data: [
          [0, 0],
          [1, 1],
        ],
        showSymbol: false,
        silent: true,
        lineStyle: { color: palette.reference, type: 'dashed', width: 1.5 },
      },
      errorBars({
        bars: filled.map((bin) => ({ at: bin.meanPredicted, lower: bin.observedLower, upper: bin.observedUpper })),
        along: 'y',
        colour: palette.current,
        capPx: 4,
      }),
      {
        type: 'line',
        name: chartMessages.observed,
        data: filled.map((bin) => [bin.meanPredicted, bin.observed]),
        symbol: 'circle',
        symbolSize: 7,
        lineStyle: { color: palette.current, width: 1.5 },
        itemStyle: { color: palette.current },
        tooltip: {
          formatter: (params) => {
            const index = Array.isArray(params) ? params[0]?.dataIndex : params.dataIndex;
            const bin = index === undefined ? undefined : filled[index];
            if (bin === undefined) return '';
            const interval = `${formatFull(bin.observedLower)} – ${formatFull(bin.observedUpper)}`;
            return hoverText(
              `${chartMessages.predicted}: ${formatFull(bin.meanPredicted)}`,
              `${chartMessages.observed}: ${formatFull(bin.observed)} (${interval})`,
              `${formatCount(bin.rows)} ${chartMessages.rows}`,
            );
          },
        },
      },
    ],
  };
}
