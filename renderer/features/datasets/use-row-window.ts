import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useState } from 'react';
import { positionOf, type RowBox, rowAt, rowGeometry, rowsToDraw } from './row-window.ts';

export interface RowWindow {
  /** The rows to draw, both included; `last < first` when there are none. */
  readonly first: number;
  readonly last: number;
  /** Height of all rows, for the scroll bar. */
  readonly height: number;
  /** Where a row lies below the head, in pixels. */
  readonly top: (row: number) => number;
  /** Brings a row into sight. */
  readonly scrollTo: (row: number) => void;
}

/**
 * Which of any number of rows a scroll box shows. Up to some 300,000 rows the scroll position is the row; beyond, the
 * bar is scaled and the wheel still moves row by row.
 */
export function useRowWindow(box: RefObject<HTMLElement | null>, options: Omit<RowBox, 'viewport'>): RowWindow {
  const { rows, rowHeight } = options;
  const [viewport, setViewport] = useState(0);
  /** The row at the upper edge, with its fraction. */
  const [topRow, setTopRow] = useState(0);
  const geometry = rowGeometry({ ...options, viewport });
  const { height, visible, lastTop, isScaled } = geometry;
  const moveTo = (element: HTMLElement, row: number) => {
    const next = Math.min(lastTop, Math.max(0, row));
    setTopRow(next);
    // The bar follows; what it reports back is the same row to within its own precision.
    element.scrollTop = positionOf(geometry, next);
  };
  const scrolled = useEffectEvent((position: number) => setTopRow(rowAt(geometry, position)));
  const wheeled = useEffectEvent((event: WheelEvent, element: HTMLElement) => {
    if (!isScaled || event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
    event.preventDefault();
    moveTo(element, topRow + (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY : event.deltaY / rowHeight));
  });
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
  const offset = isScaled ? positionOf(geometry, top) - top * rowHeight : 0;
  return {
    ...rowsToDraw(rows, geometry, top),
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
