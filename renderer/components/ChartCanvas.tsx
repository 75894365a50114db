import type { ECElementEvent, ECharts, EChartsOption } from 'echarts';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { AppError } from '../../shared/errors.ts';
import { messages } from '../lib/messages/messages.ts';
import classes from './chart.module.css';
import { useHoverStyle } from './chart-source.ts';
import type { ChartMarker } from './charts/chart-marker.ts';
import { ErrorPanel } from './ErrorPanel.tsx';

/** Above this many points pixels are faster than elements. */
const CANVAS_FROM_POINTS = 2_000;

interface ChartCanvasProps {
  readonly label: string;
  readonly height: number;
  readonly option: EChartsOption;
  readonly marker?: ChartMarker | undefined;
  readonly onClick?: ((event: ECElementEvent) => void) | undefined;
  readonly onRange?: RangeListener | undefined;
  /** Drawn several times a second: what is new is merged into what is there, in the next frame. */
  readonly isLive?: boolean | undefined;
}

/** Told with the id of an axis and the stretches that are chosen on it. */
export type RangeListener = (axis: string, intervals: readonly (readonly [number, number])[]) => void;

/** The drawing library types its events of axes as anything. */
const rangeOf = (event: unknown): Parameters<RangeListener> | undefined => {
  if (typeof event !== 'object' || event === null) return undefined;
  if (!('parallelAxisId' in event) || !('intervals' in event) || !Array.isArray(event.intervals)) return undefined;
  const intervals = event.intervals.flatMap((one: unknown) =>
    Array.isArray(one) ? [[Number(one[0]), Number(one[1])] as const] : [],
  );
  return [String(event.parallelAxisId), intervals];
};

const listOf = <Part,>(parts: Part | Part[] | undefined): Part[] =>
  parts === undefined ? [] : Array.isArray(parts) ? parts : [parts];

function pointsOf({ series, dataset }: EChartsOption): number {
  const own = listOf(series).map(({ data }) => (Array.isArray(data) ? data.length : 0));
  const shared = listOf(dataset).map(({ source }) => (source instanceof Float64Array ? source.length / 2 : 0));
  return [...own, ...shared].reduce((sum, points) => sum + points, 0);
}

function withHoverStyle(option: EChartsOption, style: string): EChartsOption {
  const { tooltip } = option;
  if (tooltip === undefined || Array.isArray(tooltip)) return option;
  return { ...option, tooltip: { ...tooltip, className: classes.hover ?? '', extraCssText: style } };
}

/** Moves the marker to its point; hides it while the chart has no place for it. */
function moveMarker(chart: ECharts | null, element: HTMLElement | null, marker: ChartMarker | undefined): void {
  if (element === null) return;
  const at = marker === undefined ? undefined : chart?.convertToPixel({ gridIndex: 0 }, [marker.x, marker.y]);
  const [x, y] = Array.isArray(at) ? at : [];
  const isThere = typeof x === 'number' && typeof y === 'number' && Number.isFinite(x) && Number.isFinite(y);
  element.style.visibility = isThere ? 'visible' : 'hidden';
  if (isThere) element.style.transform = `translate(${x}px, ${y}px) rotate(45deg)`;
}

/** Draws one option and follows its changes and the size of its place; the marker moves without a new drawing. */
export function ChartCanvas({ label, height, option, marker, onClick, onRange, isLive }: ChartCanvasProps) {
  const place = useRef<HTMLDivElement>(null);
  const diamond = useRef<HTMLSpanElement>(null);
  const chart = useRef<ECharts>(null);
  /** Before its first drawing a chart has no axes to stand on. */
  const isDrawn = useRef(false);
  const [isReady, setReady] = useState(false);
  const hoverStyle = useHoverStyle();
  const [failure, setFailure] = useState<unknown>(undefined);
  const renderer = pointsOf(option) < CANVAS_FROM_POINTS ? 'svg' : 'canvas';
  const clicked = useEffectEvent((event: ECElementEvent) => onClick?.(event));
  const ranged = useEffectEvent((event: unknown) => {
    const range = rangeOf(event);
    if (range !== undefined) onRange?.(...range);
  });
  const resized = useEffectEvent((drawn: ECharts) => {
    drawn.resize();
    if (isDrawn.current) moveMarker(drawn, diamond.current, marker);
  });
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let isGone = false;
    let drawn: ECharts | undefined;
    const observer = new ResizeObserver(() => drawn !== undefined && resized(drawn));
    import('./chart-engine.ts')
      .then(({ init }) => {
        if (isGone) return;
        drawn = init(element, null, { renderer });
        drawn.on('click', (event) => clicked(event));
        drawn.on('axisareaselected', (event: unknown) => ranged(event));
        chart.current = drawn;
        observer.observe(element);
        setReady(true);
      })
      .catch((cause: unknown) =>
        setFailure(new AppError('INTERNAL', { message: messages.components.chartFailed, cause })),
      );
    return () => {
      isGone = true;
      observer.disconnect();
      drawn?.dispose();
      chart.current = null;
      isDrawn.current = false;
      setReady(false);
    };
  }, [renderer]);
  useEffect(() => {
    if (!isReady || chart.current === null) return;
    const isMerged = isLive === true && isDrawn.current;
    chart.current.setOption(withHoverStyle({ animation: false, ...option }, hoverStyle), {
      notMerge: !isMerged,
      lazyUpdate: isMerged,
    });
    isDrawn.current = true;
  }, [isReady, option, isLive, hoverStyle]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new drawing has new axes, and the marker stands on them
  useEffect(() => {
    if (isReady && isDrawn.current) moveMarker(chart.current, diamond.current, marker);
  }, [isReady, option, marker]);
  if (failure !== undefined) return <ErrorPanel error={failure} />;
  return (
    <div className={classes.place}>
      <div ref={place} role="img" aria-label={label} style={{ height, width: '100%' }} />
      {marker !== undefined && (
        <span ref={diamond} className={classes.marker} style={{ visibility: 'hidden' }} aria-hidden />
      )}
    </div>
  );
}
