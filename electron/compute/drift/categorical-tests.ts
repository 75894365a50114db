import { z } from 'zod';
import {
  chiSquare,
  chiSquareGoodnessOfFit,
  cramersV,
  cramersVBiasCorrected,
  gTest,
  twoShareZ,
} from '../stats/contingency.ts';
import { fisherExact } from '../stats/fisher-exact.ts';
import { asDistance, categoricalTest, type DriftTest, type TestAnswer } from './drift-test.ts';

const withFreedom = (
  outcome: {
    statistic: number;
    pValue: number | null;
    degreesOfFreedom: number;
    smallestExpected?: number;
  } | null,
): TestAnswer | null => {
  if (outcome === null) return null;
  const { statistic, pValue, ...details } = outcome;
  return { statistic, pValue, details };
};

/** Tests of two samples of words, or of numbers taken as categories. */
export const CATEGORICAL_TESTS: readonly DriftTest[] = [
  categoricalTest(
    {
      test: 'chiSquare',
      shortNames: ['chi2'],
      label: 'Chi-square',
      judgedBy: 'pValue',
      threshold: 0.05,
      description: 'Pearson chi-square of the table of both samples; both are taken as random.',
    },
    { yates: z.boolean().default(false) },
    (reference, current, { yates }) => withFreedom(chiSquare(reference, current, yates)),
  ),
  categoricalTest(
    {
      test: 'gTest',
      shortNames: ['g'],
      label: 'G test',
      judgedBy: 'pValue',
      threshold: 0.05,
      description: 'Likelihood ratio test of the table of both samples.',
    },
    {},
    (reference, current) => withFreedom(gTest(reference, current)),
  ),
  categoricalTest(
    {
      test: 'chiSquareGoodnessOfFit',
      shortNames: ['gof'],
      label: 'Chi-square against the reference as exact',
      judgedBy: 'pValue',
      threshold: 0.05,
      description: 'Takes the shares of the reference as known, so it alarms too often; no answer with a new word.',
    },
    {},
    (reference, current) => withFreedom(chiSquareGoodnessOfFit(reference, current)),
  ),
  categoricalTest(
    {
      test: 'fisherExact',
      shortNames: ['fisher'],
      label: "Fisher's exact test",
      judgedBy: 'pValue',
      threshold: 0.05,
      description:
        'All tables with the same margins that are no likelier; for small counts. The statistic is the odds ratio.',
    },
    {},
    (reference, current) => {
      const outcome = fisherExact(reference, current);
      return outcome === null ? null : { statistic: outcome.oddsRatio, pValue: outcome.pValue };
    },
  ),
  categoricalTest(
    {
      test: 'twoProportionZ',
      shortNames: ['z'],
      label: 'z test of two shares',
      judgedBy: 'pValue',
      threshold: 0.05,
      description: "Pooled z test of the share of the second of two words, in the words' order.",
    },
    {},
    (reference, current) => twoShareZ(reference, current),
  ),
  categoricalTest(
    {
      test: 'cramersV',
      shortNames: ['v', 'cramerV'],
      label: "Cramér's V",
      judgedBy: 'distance',
      threshold: 0.1,
      description: 'Root of chi-square over all rows: 0 is the same shares, 1 no word in common.',
    },
    {},
    (reference, current) => asDistance(cramersV(reference, current)),
  ),
  categoricalTest(
    {
      test: 'cramersVBiasCorrected',
      label: "Cramér's V less chance",
      judgedBy: 'distance',
      threshold: 0.1,
      description: "Cramér's V less what two samples of the same shares would show (Bergsma).",
    },
    {},
    (reference, current) => asDistance(cramersVBiasCorrected(reference, current)),
  ),
];
