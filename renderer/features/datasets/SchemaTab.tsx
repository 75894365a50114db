import type { DatasetVersion } from '../../../shared/contract/datasets.ts';

interface P {
  readonly dataset: DatasetVersion;
}
/** stub */
export function SchemaTab(_: P) {
  return null;
}
