import type { ECElementEvent, ECharts, EChartsOption } from 'echarts';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { AppError } from '../../shared/errors.ts';
import { messages } from '../lib/messages/messages.ts';
import { ErrorPanel } from './ErrorPanel.tsx';

/** Above this many points pixels are faster than elements. */
const CANVAS_FROM_POINTS = 2_000;

interface ChartCanvasProps {
  readonly label: string;
  readonly height: number;
  readonly option: EChartsOption;
  readonly onClick?: ((event: ECElementEvent) => void) | undefined;
}

function pointsOf({ series }: EChartsOption): number {
  const all = series === undefined ? [] : Array.isArray(series) ? series : [series];
  return all.reduce((sum, one) => sum + (Array.isArray(one.data) ? one.data.length : 0), 0);
}

/** Draws one option and follows its changes and the size of its place. */
export function ChartCanvas({ label, height, option, onClick }: ChartCanvasProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(null);
  const [isReady, setReady] = useState(false);
  const [failure, setFailure] = useState<unknown>(undefined);
  const renderer = pointsOf(option) < CANVAS_FROM_POINTS ? 'svg' : 'canvas';
  const clicked = useEffectEvent((event: ECElementEvent) => onClick?.(event));
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let isGone = false;
    let drawn: ECharts | undefined;
    const observer = new ResizeObserver(() => drawn?.resize());
    import('./chart-engine.ts')
      .then(({ init }) => {
        if (isGone) return;
        drawn = init(element, null, { renderer });
        drawn.on('click', (event) => clicked(event));
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
      setReady(false);
    };
  }, [renderer]);
  useEffect(() => {
    if (isReady) chart.current?.setOption({ animation: false, ...option }, { notMerge: true });
  }, [isReady, option]);
  if (failure !== undefined) return <ErrorPanel error={failure} />;
  return <div ref={place} role="img" aria-label={label} style={{ height, width: '100%' }} />;
}
