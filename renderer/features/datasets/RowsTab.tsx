import type { DatasetVersion } from '../../../shared/contract/datasets.ts';

interface P {
  readonly dataset: DatasetVersion;
}
/** stub */
export function RowsTab(_: P) {
  return null;
}
