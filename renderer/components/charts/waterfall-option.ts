import type { CustomSeriesRenderItemAPI, EChartsOption } from 'echarts';
import { formatFull, formatNumber } from '../../lib/format.ts';
import { labelWidth, valueXAxis, wordYAxis } from './axes.ts';
import { hoverText } from './hover-text.ts';
import type { ChartPalette } from './palette.ts';

/** A bar between two values: where the sum stood before, and where it stands after. */
export interface WaterfallStep {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  /** `total` stands for a sum, `step` for what adds to it. */
  readonly kind: 'total' | 'step';
}

const BAR_PX = 16;

/** Pixels a chart of `count` steps needs. */
export const waterfallHeight = (count: number): number => 76 + Math.max(count, 1) * 26;

const signed = (value: number): string => `${value < 0 ? '' : '+'}${formatNumber(value)}`;

/**
 * Steps from a first sum to a last one, the first at the top. Steps up are filled, steps down are hollow, and each carries its
 * value with its sign: colour alone says nothing.
 */
export function waterfallOption(
  { steps, xName }: { readonly steps: readonly WaterfallStep[]; readonly xName: string },
  palette: ChartPalette,
): EChartsOption {
  const width = labelWidth(steps);
  const renderItem = (_params: unknown, api: CustomSeriesRenderItemAPI) => {
    const at = Number(api.value(0));
    const [from, to] = [Number(api.value(1)), Number(api.value(2))];
    const isTotal = steps[at]?.kind === 'total';
    const [x1 = 0, y = 0] = api.coord([from, at]);
    const [x2 = 0] = api.coord([to, at]);
    const colour = isTotal ? palette.reference : palette.current;
    const isDown = !isTotal && to < from;
    return {
      type: 'group' as const,
      children: [
        {
          type: 'rect' as const,
          shape: { x: Math.min(x1, x2), y: y - BAR_PX / 2, width: Math.max(2, Math.abs(x2 - x1)), height: BAR_PX },
          style: { fill: isDown ? palette.surface : colour, stroke: colour, lineWidth: 1.5 },
        },
        {
          type: 'text' as const,
          style: {
            x: Math.max(x1, x2) + 6,
            y,
            text: isTotal ? formatNumber(to) : signed(to - from),
            fill: palette.text,
            fontSize: 11,
            textVerticalAlign: 'middle' as const,
          },
        },
      ],
    };
  };
  return {
    grid: { left: width + 24, right: 76, top: 8, bottom: 44 },
    tooltip: {
      trigger: 'item',
      confine: true,
      formatter: (params) => {
        const index = Array.isArray(params) ? params[0]?.dataIndex : params.dataIndex;
        const step = index === undefined ? undefined : steps[index];
        if (step === undefined) return '';
        return hoverText(step.label, formatFull(step.kind === 'total' ? step.to : step.to - step.from));
      },
    },
    xAxis: valueXAxis({ name: xName, palette }),
    yAxis: wordYAxis(
      { name: '', palette },
      steps.map(({ label }) => label),
      width + 8,
    ),
    series: [
      {
        type: 'custom',
        renderItem,
        encode: { x: [1, 2], y: 0 },
        data: steps.map(({ kind, from, to }, at) => [at, kind === 'total' ? to : from, to]),
      },
    ],
  };
}
