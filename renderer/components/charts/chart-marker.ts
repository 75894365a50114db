import type { EChartsOption } from 'echarts';
import type { ChartPalette } from './palette.ts';

/** A point on a chart's plane, in the units of its axes. */
export interface ChartMarker {
  readonly label: string;
  readonly x: number;
  readonly y: number;
}

/** The option with its marker as a series of its own, for pictures; on screen the marker lies above the chart. */
export function withMarker(
  option: EChartsOption,
  marker: ChartMarker | undefined,
  palette: ChartPalette,
): EChartsOption {
  if (marker === undefined) return option;
  const { series = [] } = option;
  return {
    ...option,
    series: [
      ...(Array.isArray(series) ? series : [series]),
      {
        type: 'scatter',
        name: marker.label,
        data: [[marker.x, marker.y]],
        symbol: 'diamond',
        symbolSize: 14,
        itemStyle: { color: palette.surface, borderColor: palette.current, borderWidth: 2.5 },
        z: 5,
      },
    ],
  };
}
