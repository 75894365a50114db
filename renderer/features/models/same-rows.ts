import type { ModelVersion } from '../../../shared/contract/models.ts';

type Judged = Pick<ModelVersion, 'lineage'>;

/** What names the held-out rows beside the data they are of: their hash, or where not all have one, split and seed. */
const heldOutRows = ({ lineage }: Judged, hasHash: boolean): string =>
  hasHash ? (lineage.manifest?.parts['test'] ?? '') : `${lineage.split} ${lineage.seed}`;

/** True when every model was judged on the same held-out rows of the same data, so that their figures compare row for row. */
export function shareHeldOutRows(models: readonly Judged[]): boolean {
  const hasHash = models.every(({ lineage }) => lineage.manifest?.parts['test'] !== undefined);
  return new Set(models.map((model) => `${model.lineage.datasetHash} ${heldOutRows(model, hasHash)}`)).size <= 1;
}
