import type { Column } from '../../../shared/contract/datasets.ts';
import type { MemoryNeed } from '../../../shared/memory-need.ts';

/** A dataset's cells, each held as a number of 8 bytes. */
export const tableNeed = ({
  rows,
  columns,
}: {
  readonly rows: number;
  readonly columns: readonly Column[];
}): MemoryNeed => ({ rows, columns: columns.length, bytesEach: 8 });
