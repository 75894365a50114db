import type { Explanation } from './contract/explanation.ts';

/** How values came about, in words. */
export const METHOD_WORDS: Readonly<Record<Explanation['method'], string>> = {
  treeShapPathDependent: 'exact for trees, by the rows they grew on',
  treeShapInterventional: 'exact for trees, by background rows',
  shapExact: 'exact, by background rows',
  shapSampled: 'estimated, by background rows',
};

/** What values add up to, in words. */
export const SCALE_WORDS: Readonly<Record<Explanation['scale'], string>> = {
  answer: 'units of the answer',
  logOdds: 'log-odds',
  logarithm: 'the logarithm of the answer',
  classScores: 'class scores before the softmax',
  rawScore: 'the raw score behind the answer',
};
