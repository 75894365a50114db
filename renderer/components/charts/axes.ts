import type { XAXisComponentOption, YAXisComponentOption } from 'echarts';
import { formatTick } from '../../lib/format.ts';
import type { ChartPalette } from './palette.ts';

interface AxisLook {
  readonly name: string;
  readonly palette: ChartPalette;
  readonly min?: number | 'dataMin';
  readonly max?: number | 'dataMax';
  /** True where bars stand on the axis: zero is shown. */
  readonly isFromZero?: boolean;
  readonly format?: (value: number) => string;
  /** True where the ends are not round numbers: they carry no label. */
  readonly hasBareEnds?: boolean;
}

const common = ({ name, palette }: AxisLook) => ({
  name,
  nameLocation: 'middle' as const,
  nameTextStyle: { color: palette.dimmed, fontSize: 12 },
  axisLine: { show: true, lineStyle: { color: palette.grid } },
  axisTick: { show: false },
  axisLabel: { color: palette.dimmed, fontSize: 11, hideOverlap: true },
  splitLine: { show: true, lineStyle: { color: palette.grid, opacity: 0.6 } },
});

const numberLabels = ({ palette, format, hasBareEnds }: AxisLook) => ({
  color: palette.dimmed,
  fontSize: 11,
  hideOverlap: true,
  formatter: format ?? formatTick,
  ...(hasBareEnds ? { showMinLabel: false, showMaxLabel: false } : {}),
});

interface Extent {
  readonly min: number;
  readonly max: number;
}

/** Figures that differ by less than their ticks can show are drawn as equal, in the middle of an axis around them. */
const roomAround =
  (side: 'min' | 'max') =>
  ({ min, max }: Extent): number | null => {
    const size = Math.max(Math.abs(min), Math.abs(max));
    if (size === 0 || !Number.isFinite(size) || max - min > 1e-6 * size) return null;
    return Number((side === 'min' ? min - size / 20 : max + size / 20).toPrecision(2));
  };

const range = ({ min, max, isFromZero }: AxisLook) => ({
  scale: isFromZero !== true,
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});

/** A horizontal axis of numbers, named below. */
export function valueXAxis(look: AxisLook): XAXisComponentOption {
  return { type: 'value', ...common(look), axisLabel: numberLabels(look), ...range(look), nameGap: 26 };
}

/** A vertical axis of numbers, named along its left side. */
export function valueYAxis(look: AxisLook): YAXisComponentOption {
  const around = look.isFromZero === true ? {} : { min: roomAround('min'), max: roomAround('max') };
  return { type: 'value', ...common(look), axisLabel: numberLabels(look), ...around, ...range(look), nameGap: 46 };
}

/** A horizontal axis of words. */
export function wordXAxis(look: AxisLook, words: readonly string[]): XAXisComponentOption {
  const base = common(look);
  return {
    type: 'category',
    data: [...words],
    ...base,
    splitLine: { show: false },
    nameGap: 26,
    // A few words are all written, each cut to its share of the smallest window; of many, those that fit.
    ...(words.length <= 8
      ? { axisLabel: { ...base.axisLabel, interval: 0, width: Math.floor(720 / words.length), overflow: 'truncate' } }
      : {}),
  };
}

/** Pixels the longest label needs, within reason. */
export const labelWidth = (labelled: readonly { readonly label: string }[]): number =>
  labelled.reduce((width, { label }) => Math.min(330, Math.max(width, label.length * 6.6)), 70);

/** A vertical axis of words, first at the top; words wider than `width` pixels are cut. */
export function wordYAxis(look: AxisLook, words: readonly string[], width = 190): YAXisComponentOption {
  const base = common(look);
  return {
    type: 'category',
    data: [...words],
    inverse: true,
    ...base,
    splitLine: { show: false },
    axisLabel: { ...base.axisLabel, hideOverlap: false, interval: 0, width, overflow: 'truncate' },
  };
}

/** Room around the plot for both axes and their names. */
export const plotGrid = { left: 64, right: 20, top: 16, bottom: 44 };
