import type { ModelVersion } from '../../../shared/contract/models.ts';

type Named = Pick<ModelVersion, 'name' | 'version'>;

/** How the contract names a version. */
export const modelReference = (model: Named): string => `${model.name}@${model.version}`;

/** The address of a version's page. */
export const modelPath = (model: Named, tab = 'performance'): string =>
  `/models/${encodeURIComponent(model.name)}/${model.version}${tab === 'performance' ? '' : `/${tab}`}`;

/** What a model predicts: the target, with "> 15" where a number was made a question. */
export const modelQuestion = ({ target }: Pick<ModelVersion, 'target'>): string =>
  target.over === null ? target.column : `${target.column} > ${target.over}`;

/** Versions by name, then newest first. */
export function sortModels(models: readonly ModelVersion[]): readonly ModelVersion[] {
  return models.toSorted((a, b) => a.name.localeCompare(b.name) || b.version - a.version);
}
