import type { EChartsOption } from 'echarts';
import { formatFull } from '../../lib/format.ts';
import { hoverText } from './hover-text.ts';
import { chartMessages } from './messages.ts';
import type { ChartPalette } from './palette.ts';

/** One cell: how far past its threshold (1 is the threshold), whether that is an alarm, and what hovering says. */
export interface HeatCell {
  readonly strength: number | null;
  readonly isAlarm: boolean;
  /** Too few rows to be judged: drawn with stripes. */
  readonly isThin: boolean;
  /** Lines divided by line ends. */
  readonly hover: string;
}

interface HeatMap {
  readonly rows: readonly string[];
  readonly periods: readonly string[];
  /** cells[row][period] */
  readonly cells: readonly (readonly HeatCell[])[];
  /** The strength drawn at full colour. */
  readonly fullStrength: number;
  readonly selected: { readonly row: string; readonly period: number } | undefined;
}

/** Pixels a heat map of `rows` rows needs. */
export const heatMapHeight = (rows: number): number => 60 + Math.max(rows, 1) * 26;

/** Opacity of a cell: faint below the threshold, strong beyond it. */
const opacityOf = (cell: HeatCell, full: number): number => {
  if (cell.strength === null) return 0;
  if (!cell.isAlarm) return 0.1 + 0.35 * Math.min(1, Math.max(0, cell.strength));
  return 0.45 + 0.55 * Math.min(1, Math.max(0, (cell.strength - 1) / (full - 1)));
};

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const STRIPE = 7;

/** Slanting lines inside a cell: a sign that needs no colour. */
function stripes({ x, y, width, height }: Box, palette: ChartPalette) {
  const slant = height - 4;
  const lines: string[] = [];
  for (let left = x + 3; left + slant < x + width - 2; left += STRIPE)
    lines.push(`M${left} ${y + height - 2}L${left + slant} ${y + 2}`);
  return {
    type: 'path' as const,
    silent: true,
    shape: { pathData: lines.join('') },
    style: { fill: 'none', stroke: palette.reference, lineWidth: 1, opacity: 0.5 },
  };
}

/**
 * Columns by time. Steady cells are grey, alarms the alarm colour with a triangle (colour is not the only sign),
 * cells without an answer are empty with a dash, those with too few rows to be judged striped.
 */
export function heatMapOption(map: HeatMap, palette: ChartPalette): EChartsOption {
  const flat = map.cells.flatMap((row, rowIndex) => row.map((cell, period) => ({ cell, rowIndex, period })));
  return {
    animation: false,
    grid: { left: 170, right: 16, top: 8, bottom: 44 },
    tooltip: {
      confine: true,
      formatter: (params) => {
        const index = Array.isArray(params) ? params[0]?.dataIndex : params.dataIndex;
        const entry = index === undefined ? undefined : flat[index];
        if (entry === undefined) return '';
        const strength = entry.cell.strength === null ? chartMessages.noAnswer : formatFull(entry.cell.strength);
        return hoverText(entry.cell.hover, `${chartMessages.strength}: ${strength}`);
      },
    },
    xAxis: {
      type: 'category',
      data: [...map.periods],
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: palette.dimmed, fontSize: 11, hideOverlap: true },
    },
    yAxis: {
      type: 'category',
      data: [...map.rows],
      inverse: true,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: palette.text, fontSize: 12, interval: 0, width: 155, overflow: 'truncate' },
    },
    series: [
      {
        type: 'custom',
        encode: { x: 0, y: 1 },
        data: flat.map(({ cell, rowIndex, period }) => [period, rowIndex, cell.strength ?? Number.NaN]),
        renderItem: (params, api) => {
          const entry = flat[params.dataIndex];
          const [x = 0, y = 0] = api.coord([api.value(0), api.value(1)]);
          const size = api.size?.([1, 1]);
          const [width = 0, height = 0] = Array.isArray(size) ? size : [size ?? 0, size ?? 0];
          if (entry === undefined) return { type: 'group', children: [] };
          const { cell } = entry;
          const isSelected = map.selected?.row === map.rows[entry.rowIndex] && map.selected?.period === entry.period;
          const sign = cell.isThin || !cell.isAlarm ? (cell.strength === null ? '–' : '') : '▲';
          const shape = {
            x: x - width / 2 + 1,
            y: y - height / 2 + 1,
            width: Math.max(width - 2, 1),
            height: Math.max(height - 2, 1),
            r: 2,
          };
          return {
            type: 'group',
            children: [
              {
                type: 'rect',
                shape,
                style: {
                  fill: cell.isAlarm ? palette.alarm : palette.reference,
                  opacity: cell.isThin ? 0 : opacityOf(cell, map.fullStrength),
                },
              },
              {
                type: 'rect',
                silent: true,
                shape,
                style: { fill: 'transparent', stroke: isSelected ? palette.text : 'transparent', lineWidth: 2 },
              },
              ...(cell.isThin ? [stripes({ x: x - width / 2, y: y - height / 2, width, height }, palette)] : []),
              {
                type: 'text',
                silent: true,
                style: { text: sign, x, y, align: 'center', verticalAlign: 'middle', fill: palette.text, fontSize: 10 },
              },
            ],
          };
        },
      },
    ],
  };
}
