import { z } from 'zod';
import type { DriftTestInfo } from '../../../shared/contract/monitoring.ts';
import { AppError } from '../../../shared/errors.ts';
import { type Binning, binCounts, valueCounts } from '../stats/binning.ts';
import type { Counts } from '../stats/shares.ts';
import type { SortedSample } from '../stats/sorted-sample.ts';
import type { UnsortedPair } from '../stats/unsorted-samples.ts';
import type { NumericSamples } from './numeric-samples.ts';

/** Both samples of a column, prepared once for every test: numbers, or counts over shared words in their order. */
export type Samples =
  | NumericSamples
  | { readonly kind: 'categorical'; readonly reference: Counts; readonly current: Counts };

export interface TestAnswer {
  readonly statistic: number | null;
  readonly pValue: number | null;
  /** What else the test says: degrees of freedom, an interval, where the distance is reached. */
  readonly details?: Readonly<Record<string, number | null>>;
}

/** A statistical test or distance: a record in the list. `run` answers null where there is no answer. */
export interface DriftTest extends DriftTestInfo {
  /** The default threshold is multiplied by this, where the statistic has the unit of the column; from values without NaN. */
  readonly thresholdScale?: (reference: Float64Array) => number;
  /** Throws INVALID_ARGUMENT on a parameter the test does not have, or a value it does not take. */
  run(samples: Samples, params: Readonly<Record<string, unknown>>): TestAnswer | null;
  /** Throws as `run` does, without running. */
  check(params: Readonly<Record<string, unknown>>): void;
}

type Words = Omit<DriftTestInfo, 'appliesTo' | 'shortNames'> & {
  readonly shortNames?: readonly string[];
  readonly thresholdScale?: (reference: Float64Array) => number;
};

function define<Shape extends z.ZodRawShape>(
  info: Words & Pick<DriftTestInfo, 'appliesTo'>,
  shape: Shape,
  run: (samples: Samples, params: z.output<z.ZodObject<Shape>>) => TestAnswer | null,
): DriftTest {
  const schema = z.strictObject(shape);
  const read = (params: Readonly<Record<string, unknown>>) => {
    const parsed = schema.safeParse(params);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    const names = Object.keys(shape);
    throw new AppError('INVALID_ARGUMENT', {
      message: `${info.test}: ${issue?.path.join('.') || 'parameters'}: ${issue?.message ?? 'wrong'}.`,
      remedy: names.length === 0 ? `${info.test} has no parameters.` : `Its parameters: ${names.join(', ')}.`,
      details: { test: info.test, params },
    });
  };
  return {
    ...info,
    shortNames: [...(info.shortNames ?? [])],
    run: (samples, params) => run(samples, read(params)),
    check: (params) => {
      read(params);
    },
  };
}

type OnNumbers<Params> = (x: SortedSample, y: SortedSample, params: Params) => TestAnswer | null;

/** A test of two samples of numbers. `unsorted` answers the same from samples that are not sorted, or null where it cannot. */
export const numericTest = <Shape extends z.ZodRawShape>(
  words: Words,
  shape: Shape,
  run:
    | OnNumbers<z.output<z.ZodObject<Shape>>>
    | {
        readonly sorted: OnNumbers<z.output<z.ZodObject<Shape>>>;
        readonly unsorted: (pair: UnsortedPair, params: z.output<z.ZodObject<Shape>>) => TestAnswer | null;
      },
): DriftTest => {
  const { sorted, unsorted } = typeof run === 'function' ? { sorted: run, unsorted: null } : run;
  return define({ ...words, appliesTo: 'numeric' }, shape, (samples, params) => {
    if (samples.kind !== 'numeric') return null;
    const quick = samples.unsorted && unsorted ? unsorted(samples.unsorted, params) : null;
    return quick ?? sorted(samples.reference, samples.current, params);
  });
};

/** A test of two tables of counts. A column of numbers is taken as categories: each value is one. */
export const categoricalTest = <Shape extends z.ZodRawShape>(
  words: Words,
  shape: Shape,
  run: (reference: Counts, current: Counts, params: z.output<z.ZodObject<Shape>>) => TestAnswer | null,
): DriftTest =>
  define({ ...words, appliesTo: 'categorical' }, shape, (samples, params) => {
    const counts = samples.kind === 'numeric' ? valueCounts(samples.reference, samples.current) : samples;
    return run(counts.reference, counts.current, params);
  });

const BINNING = {
  bins: z.number().int().min(2).max(10_000).default(10),
  binning: z.enum(['quantile', 'width', 'pooled-width', 'values']).default('quantile'),
};

/** A distance of shares: over words as they are, over numbers in bins (parameters `bins`, `binning`). */
export const shareTest = <Shape extends z.ZodRawShape>(
  words: Words,
  shape: Shape,
  run: (reference: Counts, current: Counts, params: z.output<z.ZodObject<Shape>>) => number | null,
): DriftTest =>
  define({ ...words, appliesTo: 'both' }, { ...BINNING, ...shape }, (samples, given) => {
    const { bins, binning } = z.object(BINNING).parse(given);
    const params = z.object(shape).parse(given);
    const counts = samples.kind === 'categorical' ? samples : countsIn(samples, binning, bins);
    const statistic = counts === null ? null : run(counts.reference, counts.current, params);
    return statistic === null ? null : { statistic, pValue: null };
  });

const countsIn = (samples: NumericSamples, binning: Binning | 'values', bins: number) => {
  if (binning === 'quantile') return samples.quantileBins(bins);
  const { reference, current } = samples;
  return binning === 'values' ? valueCounts(reference, current) : binCounts(reference, current, { binning, bins });
};

/** A distance without a p value; null stays null. */
export const asDistance = (statistic: number | null): TestAnswer | null =>
  statistic === null ? null : { statistic, pValue: null };
