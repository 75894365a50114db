import { AppError } from '../../../shared/errors.ts';
import { CATEGORICAL_TESTS } from './categorical-tests.ts';
import type { DriftTest } from './drift-test.ts';
import { NUMERIC_TESTS } from './numeric-tests.ts';
import { SHARE_TESTS } from './share-tests.ts';

/** Every test. A new one is a record in one of these lists; the form, the command line and the reports know it then. */
export const DRIFT_TESTS: readonly DriftTest[] = [...SHARE_TESTS, ...NUMERIC_TESTS, ...CATEGORICAL_TESTS];

/** The test of that name or short name. Throws INVALID_ARGUMENT that lists the names. */
export function resolveDriftTest(name: string): DriftTest {
  const wanted = name.toLowerCase();
  const found = DRIFT_TESTS.find(
    (test) => test.test.toLowerCase() === wanted || test.shortNames.some((short) => short.toLowerCase() === wanted),
  );
  if (found) return found;
  throw new AppError('INVALID_ARGUMENT', {
    message: `There is no test "${name}".`,
    remedy: `Tests: ${DRIFT_TESTS.map(({ test, shortNames: [short] }) => (short === undefined ? test : `${test} (${short})`)).join(', ')}.`,
  });
}

/** Tests of a column when nobody names any; the first decides. Why these: docs/decisions/0004. */
export const DEFAULT_TESTS = {
  numeric: ['populationStabilityIndex', 'kolmogorovSmirnov', 'wassersteinDistance', 'jensenShannonDistance'],
  categorical: ['jensenShannonDistance', 'chiSquare', 'populationStabilityIndex', 'lInfinity'],
  /** Distances over thousands of rare words measure sampling noise: the largest single change decides instead. */
  manyWords: ['lInfinity', 'jensenShannonDistance', 'populationStabilityIndex', 'chiSquare'],
} as const;

/** More words than this are many. */
export const MANY_WORDS = 100;
