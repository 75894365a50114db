import type { FrameColumn } from '../frame/frame.ts';

/** One way in which a column's cells can go wrong: a record of the list in stressors.ts. */
export interface Stressor {
  readonly name: 'missing' | 'noise' | 'shuffled' | 'unknownWord' | 'unit';
  /** How hard, from the least on: a share of the cells, a number of standard deviations, a factor. */
  readonly levels: readonly number[];
  /** Whether it says something of a column at all. */
  fits(column: FrameColumn): boolean;
  /** The column's cells under stress; never changes the column itself. */
  apply(column: FrameColumn, level: number, random: () => number): FrameColumn;
}
