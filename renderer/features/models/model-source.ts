import type { Lineage } from '../../../shared/contract/models.ts';

/** What a version was made from, in a few words: its dataset, or the file it was imported from. */
export const modelSource = ({ dataset, datasetVersion, origin }: Lineage): string =>
  dataset === null ? (origin?.fileName ?? '') : `${dataset} v${datasetVersion}`;
