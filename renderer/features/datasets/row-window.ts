/** Browsers lose precision in boxes taller than about 16 million pixels. */
export const TALLEST = 8_000_000;
const OVERSCAN = 6;

export interface RowBox {
  readonly rows: number;
  readonly rowHeight: number;
  /** Height of what stands above the rows inside the box. */
  readonly headHeight: number;
  /** Height of the box as it is on screen. */
  readonly viewport: number;
}

/** How rows and the scroll bar of a box relate. */
export interface RowGeometry {
  /** Height of all rows as the scroll bar sees them; at most TALLEST. */
  readonly height: number;
  /** Rows that fit, with the fraction of the last. */
  readonly visible: number;
  /** The greatest row that can stand at the upper edge, with its fraction. */
  readonly lastTop: number;
  /** How far the bar can move, in pixels. */
  readonly range: number;
  /** True when a pixel of the bar is more than a pixel of the rows. */
  readonly isScaled: boolean;
}

export function rowGeometry({ rows, rowHeight, headHeight, viewport }: RowBox): RowGeometry {
  const full = rows * rowHeight;
  const height = Math.min(full, TALLEST);
  const visible = Math.max(0, (viewport - headHeight) / rowHeight);
  return {
    height,
    visible,
    lastTop: Math.max(0, rows - visible),
    range: Math.max(0, height + headHeight - viewport),
    isScaled: full > TALLEST,
  };
}

/** The row at the upper edge when the bar stands at `position`. */
export const rowAt = ({ range, lastTop }: RowGeometry, position: number): number =>
  range === 0 ? 0 : (Math.min(position, range) / range) * lastTop;

/** Where the bar stands when `row` is at the upper edge. */
export const positionOf = ({ range, lastTop }: RowGeometry, row: number): number =>
  lastTop === 0 ? 0 : (row / lastTop) * range;

/** The rows to draw when `top` is at the upper edge, some beyond both edges; `last < first` when there are none. */
export const rowsToDraw = (
  rows: number,
  { visible }: RowGeometry,
  top: number,
): { readonly first: number; readonly last: number } => ({
  first: Math.max(0, Math.floor(top) - OVERSCAN),
  last: Math.min(rows, Math.ceil(top + visible) + OVERSCAN) - 1,
});
