import type { ModelVersion } from '../../../shared/contract/models.ts';

type Judged = Pick<ModelVersion, 'lineage'>;

/** What names the held-out rows: their hash where there is a manifest, else data, split and seed. */
function heldOutRows({ lineage }: Judged): string {
  const hash = lineage.manifest?.parts['test'];
  return hash ?? [lineage.datasetHash, lineage.split, lineage.seed].join(' ');
}

/** True when every model was judged on the same held-out rows of the same data, so that their figures compare row for row. */
export function shareHeldOutRows(models: readonly Judged[]): boolean {
  return new Set(models.map((model) => `${model.lineage.datasetHash} ${heldOutRows(model)}`)).size <= 1;
}
