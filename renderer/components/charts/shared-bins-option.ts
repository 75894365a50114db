import type { EChartsOption } from 'echarts';
import type { SharedBins } from '../../../shared/contract/monitoring.ts';
import { formatFull, formatShareTick } from '../../lib/format.ts';
import { plotGrid, valueXAxis, valueYAxis, wordXAxis } from './axes.ts';
import { hoverText } from './hover-text.ts';
import { chartMessages } from './messages.ts';
import type { ChartPalette } from './palette.ts';

interface SharedBinsLook {
  readonly bins: SharedBins;
  readonly xName: string;
  readonly referenceName: string;
  readonly currentName: string;
  /** How an edge reads: a number or a time. */
  readonly formatEdge: (edge: number) => string;
  /** The same on hover, where nothing is rounded. */
  readonly hoverEdge?: (edge: number) => string;
}

const percent = (share: number): string => `${formatFull(share * 100)} %`;

/** Counts as shares of their own sample; zeros for an empty sample. */
export function shares(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total === 0 ? 0 : count / total));
}

/** Both samples on the same bins as shares: the reference filled grey, the current one an accent outline over it. */
export function sharedBinsOption(look: SharedBinsLook, palette: ChartPalette): EChartsOption {
  const { bins } = look;
  const reference = shares(bins.reference);
  const current = shares(bins.current);
  const legend = { top: 0, right: 8, textStyle: { color: palette.dimmed, fontSize: 11 } };
  const yAxis = valueYAxis({ name: chartMessages.shareOfRows, palette, isFromZero: true, format: formatShareTick });
  if (bins.edges === null) {
    const labels = bins.labels ?? [];
    return {
      grid: { ...plotGrid, top: 32 },
      legend,
      tooltip: { trigger: 'axis', confine: true, valueFormatter: (value) => percent(Number(value)) },
      xAxis: wordXAxis({ name: look.xName, palette }, labels),
      yAxis,
      series: [
        { type: 'bar', name: look.referenceName, data: [...reference], itemStyle: { color: palette.reference } },
        {
          type: 'bar',
          name: look.currentName,
          data: [...current],
          itemStyle: {
            color: palette.current,
            decal: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 },
          },
        },
      ],
    };
  }
  const edges = bins.edges;
  const rows = reference.map((share, index) => [edges[index] ?? 0, edges[index + 1] ?? 0, share, current[index] ?? 0]);
  const describe = (index: number | undefined): string => {
    const row = index === undefined ? undefined : rows[index];
    if (row === undefined) return '';
    const [from = 0, to = 0, was = 0, is = 0] = row;
    const hoverEdge = look.hoverEdge ?? look.formatEdge;
    return hoverText(
      `${hoverEdge(from)} – ${hoverEdge(to)}`,
      `${look.referenceName}: ${percent(was)}`,
      `${look.currentName}: ${percent(is)}`,
    );
  };
  // From zero up and back to it: an outline that ends in the air would look cut off.
  const steps = (values: readonly number[]) => [
    [edges[0] ?? 0, 0],
    ...values.flatMap((value, index) => [
      [edges[index] ?? 0, value],
      [edges[index + 1] ?? 0, value],
    ]),
    [edges.at(-1) ?? 0, 0],
  ];
  return {
    grid: { ...plotGrid, top: 32 },
    legend,
    tooltip: {
      confine: true,
      trigger: 'item',
      formatter: (params) => describe(Array.isArray(params) ? params[0]?.dataIndex : params.dataIndex),
    },
    xAxis: {
      ...valueXAxis({
        name: look.xName,
        palette,
        format: look.formatEdge,
        min: 'dataMin',
        max: 'dataMax',
        hasBareEnds: true,
      }),
      splitLine: { show: false },
    },
    yAxis,
    series: [
      {
        type: 'custom',
        name: look.referenceName,
        encode: { x: [0, 1], y: [2, 3] },
        itemStyle: { color: palette.reference },
        data: rows,
        renderItem: (_params, api) => {
          const [left = 0, top = 0] = api.coord([api.value(0), api.value(2)]);
          const [right = 0, bottom = 0] = api.coord([api.value(1), 0]);
          return {
            type: 'rect',
            shape: { x: left, y: top, width: Math.max(right - left - 1, 0.5), height: bottom - top },
            style: { fill: palette.reference, opacity: 0.55 },
          };
        },
      },
      {
        type: 'line',
        name: look.currentName,
        showSymbol: false,
        silent: true,
        lineStyle: { color: palette.current, width: 2 },
        itemStyle: { color: palette.current },
        data: steps(current),
      },
    ],
  };
}
