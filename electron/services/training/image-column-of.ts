import type { Column } from '../../../shared/contract/datasets.ts';

/** The column of images, which alone is learnt from where there is one. */
export const imageColumnOf = (columns: readonly Column[]): Column | undefined =>
  columns.find(({ type }) => type === 'image');
