import type { DatasetVersion } from '../../../shared/contract/datasets.ts';

/** How the contract names one version. */
export const datasetReference = ({ name, version }: Pick<DatasetVersion, 'name' | 'version'>): string =>
  `${name}@${String(version)}`;

/** The address of a dataset; without a version it is the newest. */
export const datasetPath = (reference: string, tab?: string): string =>
  `/data/${encodeURIComponent(reference).replaceAll('%40', '@')}${tab === undefined ? '' : `/${tab}`}`;
