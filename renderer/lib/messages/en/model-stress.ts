/** Texts of a model under stress. */
export const modelStressMessages = {
  stressEmptyTitle: 'Not tested yet',
  stressEmptyText:
    'See how much is lost when cells are missing, noisy, shuffled, in another unit or words never seen, column by column.',
  stressIntro: (on: string, at: string) => `${on}; ${at}.`,
  stressTitle: (worst: string, metric: string, before: string, after: string) =>
    `${worst} costs most of one column: ${metric} ${after} instead of ${before}`,
  stressTitleNone: (metric: string) => `No stress of one column costs ${metric} for sure`,
  stressSubtitle: 'Each dot is one way in which cells go wrong, with its 95 % interval; the line is without stress.',
  stressAll: 'all columns',
  stressWord: 'Stress',
  stressLoss: 'Loss',
  stressFormTitle: 'Put under stress',
  stressRun: 'Stress',
} as const;
