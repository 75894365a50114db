import type { EChartsOption } from 'echarts';
import { formatFull, formatTick } from '../../lib/format.ts';
import { hoverText } from './hover-text.ts';
import { chartMessages } from './messages.ts';
import type { ChartPalette } from './palette.ts';

interface AxisOf<Kind extends string, Value> {
  readonly id: string;
  readonly label: string;
  readonly kind: Kind;
  /** One a line; null where the line has no value. */
  readonly values: readonly (Value | null)[];
}

export type ParallelAxis =
  | (AxisOf<'number', number> & { readonly isLog: boolean; readonly isLowerBetter?: boolean })
  | (AxisOf<'word', string> & { readonly words: readonly string[] });

interface ParallelLook {
  readonly axes: readonly ParallelAxis[];
  /** One a line: what it is called, and how strongly it is drawn. */
  readonly lines: readonly { readonly label: string; readonly weight: 'best' | 'level' | 'other' }[];
}

/** A range chosen on an axis: values for numbers, positions for words. */
export type AxisRanges = ReadonlyMap<string, readonly (readonly [from: number, to: number])[]>;

const valueText = (axis: ParallelAxis, line: number): string => {
  const value = axis.values[line] ?? null;
  return value === null ? chartMessages.noValue : typeof value === 'number' ? formatFull(value) : value;
};

/** Whether a line passes every chosen range; a line without a value on such an axis does not. */
export function passes(axes: readonly ParallelAxis[], ranges: AxisRanges, line: number): boolean {
  return axes.every((axis) => {
    const wanted = ranges.get(axis.id);
    if (wanted === undefined || wanted.length === 0) return true;
    const value = axis.values[line] ?? null;
    if (value === null) return false;
    const at = axis.kind === 'word' ? axis.words.indexOf(String(value)) : Number(value);
    return wanted.some(([from, to]) => at >= Math.min(from, to) && at <= Math.max(from, to));
  });
}

/**
 * Parallel coordinates: a line a run through its value on every axis. The best is thick, those level with it are in the accent,
 * the others grey; a stretch along an axis chooses the lines that pass it.
 */
export function parallelOption({ axes, lines }: ParallelLook, palette: ChartPalette): EChartsOption {
  const styles = {
    best: { color: palette.current, width: 3.5, opacity: 1 },
    level: { color: palette.current, width: 1.5, opacity: 0.8 },
    other: { color: palette.reference, width: 1.2, opacity: 0.55 },
  } as const;
  return {
    animation: false,
    tooltip: {
      trigger: 'item',
      confine: true,
      formatter: (params) => {
        const line = Array.isArray(params) ? params[0]?.dataIndex : params.dataIndex;
        if (line === undefined) return '';
        return hoverText(lines[line]?.label ?? '', ...axes.map((axis) => `${axis.label}: ${valueText(axis, line)}`));
      },
    },
    parallel: { left: 60, right: 60, top: 44, bottom: 20, axisExpandable: false },
    parallelAxis: axes.map((axis, dim) => {
      // Lines pass behind the words, which stay legible among many.
      const label = { color: palette.dimmed, fontSize: 10, textBorderColor: palette.surface, textBorderWidth: 3 };
      const common = {
        dim,
        id: axis.id,
        name: axis.label,
        // The end of an axis that is turned over is at its foot.
        nameLocation: axis.kind === 'number' && axis.isLowerBetter === true ? ('start' as const) : ('end' as const),
        // Names of many axes stand in two rows.
        nameGap: axes.length > 8 && dim % 2 === 1 ? 27 : 14,
        nameTruncate: { maxWidth: 130 },
        nameTextStyle: { color: palette.text, fontSize: 11 },
        axisLine: { lineStyle: { color: palette.dimmed } },
        axisTick: { show: false },
        areaSelectStyle: { width: 16, color: palette.current, borderColor: palette.current, opacity: 0.25 },
      };
      return axis.kind === 'word'
        ? { ...common, type: 'category' as const, data: [...axis.words], boundaryGap: true, axisLabel: label }
        : {
            ...common,
            type: axis.isLog ? ('log' as const) : ('value' as const),
            scale: true,
            // Better is always up.
            inverse: axis.isLowerBetter === true,
            axisLabel: { ...label, formatter: formatTick },
          };
    }),
    series: [
      {
        type: 'parallel',
        smooth: false,
        inactiveOpacity: 0.06,
        activeOpacity: 1,
        emphasis: { lineStyle: { width: 3.5, opacity: 1 } },
        data: lines.map(({ label, weight }, line) => ({
          name: label,
          // The drawing library leaves a gap at a dash.
          value: axes.map((axis) => axis.values[line] ?? '-'),
          lineStyle: styles[weight],
        })),
      },
    ],
  };
}
