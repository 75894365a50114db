import type { ModelVersion } from '../../../shared/contract/models.ts';
import { modelsMessages } from './messages.ts';

type Named = Pick<ModelVersion, 'name' | 'version'>;

/** The address of a version's page. */
export const modelPath = (model: Named, tab = 'performance'): string =>
  `/models/${encodeURIComponent(model.name)}/${model.version}${tab === 'performance' ? '' : `/${tab}`}`;

/** What a model predicts: the target, with "> 15" where a number was made a question. */
export const modelQuestion = ({ target }: Pick<ModelVersion, 'target'>): string =>
  target === null
    ? modelsMessages.anomalyQuestion
    : target.over === null
      ? (target.labels?.join(', ') ?? target.column)
      : `${target.column} > ${target.over}`;

/** What the two classes of a yes-or-no question are called: the labels, or the two sides of the number that was asked about. */
export function classNames({ target, classes }: Pick<ModelVersion, 'target' | 'classes'>): readonly [string, string] {
  if (target && target.over !== null) return [`${target.column} ≤ ${target.over}`, `${target.column} > ${target.over}`];
  const [negative = '0', positive = '1'] = classes ?? [];
  return [negative, positive];
}

/** What every class is called, in the order of the model's own; empty for numbers. */
export const classLabels = (model: Pick<ModelVersion, 'target' | 'classes' | 'task'>): readonly string[] =>
  model.task === 'binary' ? classNames(model) : (model.classes ?? []);

/** Versions by name, then newest first. */
export function sortModels(models: readonly ModelVersion[]): readonly ModelVersion[] {
  return models.toSorted((a, b) => a.name.localeCompare(b.name) || b.version - a.version);
}
