/** Texts of the place Data. */
export const datasetsMessages = {
  title: 'Data',
} as const;
