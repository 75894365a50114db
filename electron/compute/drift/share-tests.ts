import { z } from 'zod';
import {
  hellingerDistance,
  jensenShannonDistance,
  kullbackLeibler,
  lInfinity,
  populationStabilityIndex,
  totalVariation,
} from '../stats/shares.ts';
import { type DriftTest, shareTest } from './drift-test.ts';

/** Distances of shares, over words or over bins of numbers. */
export const SHARE_TESTS: readonly DriftTest[] = [
  shareTest(
    {
      test: 'populationStabilityIndex',
      shortNames: ['psi'],
      label: 'Population stability index',
      judgedBy: 'distance',
      threshold: 0.2,
      description:
        'Sum of (current - reference) ln(current / reference) over ten bins of equal frequency, or over words.',
    },
    {},
    populationStabilityIndex,
  ),
  shareTest(
    {
      test: 'jensenShannonDistance',
      shortNames: ['js', 'jensenShannon'],
      label: 'Jensen-Shannon distance',
      judgedBy: 'distance',
      threshold: 0.1,
      description:
        'Root of the Jensen-Shannon divergence in base 2, over the same bins or words; 0 is equal, 1 disjoint.',
    },
    { base: z.union([z.literal(2), z.literal('e')]).default(2) },
    (reference, current, { base }) => jensenShannonDistance(reference, current, base),
  ),
  shareTest(
    {
      test: 'jensenShannonDistanceNats',
      label: 'Jensen-Shannon distance in nats',
      judgedBy: 'distance',
      threshold: 0.083,
      description: 'The same with the natural logarithm: 0.83 is disjoint.',
    },
    {},
    (reference, current) => jensenShannonDistance(reference, current, 'e'),
  ),
  shareTest(
    {
      test: 'hellingerDistance',
      shortNames: ['hellinger'],
      label: 'Hellinger distance',
      judgedBy: 'distance',
      threshold: 0.1,
      description: 'Distance of the roots of shares over the same bins or words; 0 is equal, 1 disjoint.',
    },
    {},
    hellingerDistance,
  ),
  shareTest(
    {
      test: 'totalVariation',
      shortNames: ['tv'],
      label: 'Total variation',
      judgedBy: 'distance',
      threshold: 0.1,
      description: 'Half the sum of the differences of shares.',
    },
    {},
    totalVariation,
  ),
  shareTest(
    {
      test: 'lInfinity',
      shortNames: ['linf'],
      label: 'L-infinity',
      judgedBy: 'distance',
      threshold: 0.1,
      description: 'Largest difference of the share of a single word or bin.',
    },
    {},
    lInfinity,
  ),
  shareTest(
    {
      test: 'kullbackLeibler',
      shortNames: ['kl'],
      label: 'Kullback-Leibler divergence',
      judgedBy: 'distance',
      threshold: 0.1,
      description: 'Divergence of the current shares from those of the reference, in nats.',
    },
    {},
    kullbackLeibler,
  ),
  shareTest(
    {
      test: 'kullbackLeiblerReverse',
      label: 'Kullback-Leibler divergence, reversed',
      judgedBy: 'distance',
      threshold: 0.1,
      description: 'Divergence of the shares of the reference from the current ones, in nats.',
    },
    {},
    (reference, current) => kullbackLeibler(current, reference),
  ),
];
