import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import { noSuchColumn } from '../../compute/frame/no-such-column.ts';

/** Throws INVALID_ARGUMENT with the columns there are. */
export function requireColumn(version: DatasetVersion, name: string): void {
  const names = version.columns.map((column) => column.name);
  if (!names.includes(name)) throw noSuchColumn(name, names, version.name);
}
