/** The address of a dataset; without a version it is the newest. */
export const datasetPath = (reference: string, tab?: string): string =>
  `/data/${encodeURIComponent(reference).replaceAll('%40', '@')}${tab === undefined ? '' : `/${tab}`}`;
