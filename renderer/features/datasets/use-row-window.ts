import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useState } from 'react';

/** Browsers lose precision in boxes taller than about 16 million pixels. */
const TALLEST = 8_000_000;
const OVERSCAN = 6;

interface RowWindowOptions {
  readonly rows: number;
  readonly rowHeight: number;
  /** Height of what stands above the rows inside the box. */
  readonly headHeight: number;
}

export interface RowWindow {
  /** The rows to draw, both included; `last < first` when there are none. */
  readonly first: number;
  readonly last: number;
  /** Height of the whole content, for the scroll bar. */
  readonly height: number;
  /** Where a row lies in the content, in pixels. */
  readonly top: (row: number) => number;
  /** Brings a row into sight. */
  readonly scrollTo: (row: number) => void;
}

/**
 * Which of any number of rows a scroll box shows. Up to some 300,000 rows the scroll position is the row; beyond, the
 * bar is scaled and the wheel still moves row by row.
 */
export function useRowWindow(
  box: RefObject<HTMLElement | null>,
  { rows, rowHeight, headHeight }: RowWindowOptions,
): RowWindow {
  const [viewport, setViewport] = useState(0);
  /** The row at the upper edge, with its fraction. */
  const [topRow, setTopRow] = useState(0);
  const full = rows * rowHeight;
  const height = Math.min(full, TALLEST);
  const visible = Math.max(0, (viewport - headHeight) / rowHeight);
  const lastTop = Math.max(0, rows - visible);
  const range = Math.max(0, height + headHeight - viewport);
  const isScaled = full > TALLEST;

  const scrolled = useEffectEvent((position: number) =>
    setTopRow(range === 0 ? 0 : (Math.min(position, range) / range) * lastTop),
  );
  const wheeled = useEffectEvent((event: WheelEvent, element: HTMLElement) => {
    if (!isScaled || event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
    event.preventDefault();
    const step = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY : event.deltaY / rowHeight;
    moveTo(element, topRow + step);
  });
  const moveTo = (element: HTMLElement, row: number) => {
    const next = Math.min(lastTop, Math.max(0, row));
    setTopRow(next);
    // The bar follows; what it reports back is the same row to within its own precision.
    element.scrollTop = lastTop === 0 ? 0 : (next / lastTop) * range;
  };

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setViewport(element.clientHeight));
    observer.observe(element);
    setViewport(element.clientHeight);
    return () => observer.disconnect();
  }, [box]);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const abort = new AbortController();
    element.addEventListener('scroll', () => scrolled(element.scrollTop), { passive: true, signal: abort.signal });
    element.addEventListener('wheel', (event) => wheeled(event, element), { passive: false, signal: abort.signal });
    return () => abort.abort();
  }, [box]);

  const top = Math.min(topRow, lastTop);
  // What is drawn hangs from the scroll position, so that it stands still under a scaled bar.
  const offset = isScaled ? (lastTop === 0 ? 0 : (top / lastTop) * range) - top * rowHeight : 0;
  return {
    first: Math.max(0, Math.floor(top) - OVERSCAN),
    last: Math.min(rows, Math.ceil(top + visible) + OVERSCAN) - 1,
    height,
    top: (row) => offset + row * rowHeight,
    scrollTo: (row) => {
      const element = box.current;
      if (element === null) return;
      if (row < top) moveTo(element, row);
      else if (row > top + visible - 1) moveTo(element, row - visible + 1);
    },
  };
}
