import type { AskedRows } from '../../../shared/contract/asked-rows.ts';
import type { Column, ColumnType, DatasetVersion } from '../../../shared/contract/datasets.ts';
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

/** A column by its name, and what it holds. */
export type TypedColumn = Pick<Column, 'name' | 'type'>;

/** What is read as milliseconds, from 1970 or from midnight: no number, and no word, of a column of another kind means the same. */
const momentOf = (type: ColumnType): string | null =>
  type === 'date' || type === 'timestamp' ? 'dates' : type === 'time' ? 'times of day' : null;
const PLAIN: Readonly<Partial<Record<ColumnType, string>>> = { text: 'text', json: 'text', image: 'images' };

/** BAD_INPUT where dates or times stand for something else than in training; texts are looked at when they are scored. */
export function requireMoments(columns: readonly TypedColumn[], trained: readonly TypedColumn[]): void {
  const types = new Map(trained.map(({ name, type }) => [name, type]));
  for (const { name, type } of columns) {
    const learnt = types.get(name);
    if (learnt === undefined || momentOf(type) === momentOf(learnt) || (momentOf(learnt) !== null && type === 'text'))
      continue;
    const [found, wanted] = [type, learnt].map((one) => momentOf(one) ?? PLAIN[one] ?? 'numbers');
    throw new AppError('BAD_INPUT', {
      message: `Column "${name}" holds ${found}; the model was trained on ${wanted}.`,
      remedy: 'Import it with the type it had in training.',
      details: { column: name, type, trainedType: learnt },
    });
  }
}

/** Every input of the model must be a column of the dataset, and hold what it held in training, as far as that is known. */
export function requireInputs(
  { name, columns }: DatasetVersion,
  model: ModelVersion,
  trained: readonly TypedColumn[],
): void {
  const names = new Set(columns.map((column) => column.name));
  const inputs = columnInputs(model);
  const missing = inputs.filter((input) => !names.has(input));
  if (missing.length > 0)
    throw new AppError('BAD_INPUT', {
      message: `${name} lacks ${missing.length === 1 ? 'a column' : 'columns'} the model needs: ${missing.join(', ')}.`,
      remedy: 'Choose a dataset with these columns.',
      details: { missing },
    });
  requireMoments(
    columns,
    trained.filter((column) => inputs.includes(column.name)),
  );
}
