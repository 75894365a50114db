import type { AskedRows } from '../../../shared/contract/asked-rows.ts';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';

/** Inputs that are columns; an image is read apart. */
export const columnInputs = ({ inputs }: ModelVersion): string[] =>
  inputs.filter(({ type }) => type !== 'image').map(({ name }) => name);

/** Which model a result is of and on which rows, those held out of its training where no dataset was named; said now. */
export const askedRows = ({ name, version, lineage }: ModelVersion, on: DatasetVersion | null): AskedRows => ({
  model: name,
  modelVersion: version,
  dataset: on?.name ?? lineage.dataset ?? '',
  datasetVersion: on?.version ?? lineage.datasetVersion ?? 0,
  part: on ? 'all' : 'test',
  at: new Date().toISOString(),
});

/** A model that is kept for its tensors cannot be given rows of a dataset. */
export function tensorsOnly({ name, inputs }: ModelVersion): AppError {
  const shapes = inputs.map((input) => `${input.name} ${input.datatype ?? ''} [${(input.shape ?? []).join(', ')}]`);
  return new AppError('INVALID_ARGUMENT', {
    message: `${name} takes tensors (${shapes.join('; ')}), which rows of a dataset do not fill by themselves.`,
    remedy: 'Import the model again, naming its columns (--columns), or for images how pixels are scaled (--scaling).',
  });
}

/** Every input of the model must be a column of the dataset. */
export function requireInputs({ name, columns }: DatasetVersion, model: ModelVersion): void {
  const names = new Set(columns.map((column) => column.name));
  const missing = columnInputs(model).filter((input) => !names.has(input));
  if (missing.length === 0) return;
  throw new AppError('BAD_INPUT', {
    message: `${name} lacks ${missing.length === 1 ? 'a column' : 'columns'} the model needs: ${missing.join(', ')}.`,
    remedy: 'Choose a dataset with these columns.',
    details: { missing },
  });
}
