import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { AppError } from '../../../shared/errors.ts';
import { noSuchColumn } from '../../compute/frame/no-such-column.ts';

/** The error that a version has no such column. */
export const unknownColumn = ({ name, columns }: DatasetVersion, column: string): AppError =>
  noSuchColumn(
    column,
    columns.map((one) => one.name),
    name,
  );
