import type { CustomSeriesOption, CustomSeriesRenderItemAPI } from 'echarts';

/** One whisker: where it stands on the other axis, and its two ends. */
export interface ErrorBar {
  readonly at: number;
  readonly lower: number;
  readonly upper: number;
}

interface ErrorBarsLook {
  readonly bars: readonly ErrorBar[];
  /** `x`: the interval runs along the horizontal axis (dot plot); `y`: along the vertical one. */
  readonly along: 'x' | 'y';
  readonly colour: string;
  readonly capPx: number;
}

const line = (x1: number, y1: number, x2: number, y2: number, colour: string) => ({
  type: 'line' as const,
  shape: { x1, y1, x2, y2 },
  style: { stroke: colour, lineWidth: 1.5 },
});

/** Intervals drawn as intervals: a line between both ends with a cap at each. Rows without an interval are left out before. */
export function errorBars({ bars, along, colour, capPx }: ErrorBarsLook): CustomSeriesOption {
  const renderItem = (_params: unknown, api: CustomSeriesRenderItemAPI) => {
    const at = Number(api.value(0));
    const ends = [Number(api.value(1)), Number(api.value(2))] as const;
    const [x1 = 0, y1 = 0] = api.coord(along === 'x' ? [ends[0], at] : [at, ends[0]]);
    const [x2 = 0, y2 = 0] = api.coord(along === 'x' ? [ends[1], at] : [at, ends[1]]);
    const cap = along === 'x' ? { dx: 0, dy: capPx } : { dx: capPx, dy: 0 };
    return {
      type: 'group' as const,
      children: [
        line(x1, y1, x2, y2, colour),
        line(x1 - cap.dx, y1 - cap.dy, x1 + cap.dx, y1 + cap.dy, colour),
        line(x2 - cap.dx, y2 - cap.dy, x2 + cap.dx, y2 + cap.dy, colour),
      ],
    };
  };
  return {
    type: 'custom',
    renderItem,
    silent: true,
    z: 1,
    encode: along === 'x' ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] },
    data: bars.map((bar) => [bar.at, bar.lower, bar.upper]),
  };
}
