import type { ColumnType } from '../../../shared/contract/datasets.ts';
import type { ColumnDrift, DriftOutcome, SharedBins } from '../../../shared/contract/monitoring.ts';
import type { FrameColumn } from '../frame/frame.ts';
import type { WordCounts } from '../frame/read-word-counts.ts';
import { binsOf } from '../stats/binning.ts';
import { SlottedSample } from '../stats/slotted-sample.ts';
import { countBelow, type SortedSample } from '../stats/sorted-sample.ts';
import type { DriftTest, Samples } from './drift-test.ts';
import { DEFAULT_TESTS, MANY_WORDS, resolveDriftTest } from './drift-tests.ts';
import { NumericSamples } from './numeric-samples.ts';

/** A test as asked for. */
export interface WantedTest {
  readonly test: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly threshold?: number | undefined;
}

const HISTOGRAM_BINS = 30;
/** Shares of a sample below the histogram's first edge and below its last. */
const TRIMMED = [0.001, 0.999];
const SHOWN_WORDS = 20;
const OTHER_WORDS = 'all others';

/** Both samples ready for tests, what is missing, and how to count a part of the current sample on the shared bins. */
export interface PreparedColumn {
  readonly samples: Samples;
  readonly bins: SharedBins;
  readonly referenceRows: number;
  readonly currentRows: number;
  readonly referenceMissing: number;
  readonly currentMissing: number;
  /** Samples and bin counts when only some rows of the current data are looked at; null where rows are not at hand. */
  readonly part: ((rows: Uint32Array) => { readonly samples: Samples; readonly counts: number[] }) | null;
}

/** Sorts or counts both samples once. A column of words on one side and numbers on the other is compared as words. */
export function prepareColumn(reference: FrameColumn, current: FrameColumn): PreparedColumn {
  return reference.kind === 'number' && current.kind === 'number'
    ? prepareNumbers(reference.values, current.values)
    : prepareWords(asWords(reference), asWords(current));
}

function prepareNumbers(reference: Float64Array, current: Float64Array): PreparedColumn {
  const samples = NumericSamples.of(reference, current);
  const { unsorted, referenceCount, currentCount } = samples;
  const edges = sharedEdges(samples);
  const count = (sample: SlottedSample | SortedSample): number[] => {
    // The last bin takes what lies beyond its edge.
    const inner = edges.slice(1, -1);
    const below =
      sample instanceof SlottedSample
        ? sample.countUpTo(inner, true)
        : Float64Array.from(inner, (edge) => countBelow(sample, edge));
    const all = sample instanceof SlottedSample ? sample.count : sample.length;
    return Array.from(binsOf(below, all));
  };
  return {
    samples,
    bins: {
      edges,
      labels: null,
      reference: count(unsorted?.x ?? samples.reference),
      current: count(unsorted?.y ?? samples.current),
    },
    referenceRows: reference.length,
    currentRows: current.length,
    referenceMissing: reference.length - referenceCount,
    currentMissing: current.length - currentCount,
    part: (rows) => {
      const part = samples.beside(Float64Array.from(rows, (row) => current[row] ?? Number.NaN));
      return { samples: part, counts: count(part.current) };
    },
  };
}

/** Edges of 30 bins of equal width over the middle of both samples; the outer bins take what lies beyond. */
function sharedEdges(samples: NumericSamples): number[] {
  const ends = samples.unsorted
    ? [samples.unsorted.x, samples.unsorted.y].map((sample) =>
        sample.atRanks(TRIMMED.map((share) => rankAt(sample.count, share))),
      )
    : [samples.reference, samples.current]
        .filter((sorted) => sorted.length > 0)
        .map((sorted) => TRIMMED.map((share) => sorted[rankAt(sorted.length, share)] ?? 0));
  if (ends.length === 0) return [0, 1];
  const finite = (value: number): number => Math.min(Math.max(value, -1e300), 1e300);
  const low = finite(Math.min(...ends.map(([first = 0]) => first)));
  const high = finite(Math.max(...ends.map(([, last = 0]) => last)));
  if (low === high) return [low - 0.5, high + 0.5];
  return Array.from({ length: HISTOGRAM_BINS + 1 }, (_, i) => low + ((high - low) * i) / HISTOGRAM_BINS);
}

const rankAt = (count: number, share: number): number => Math.min(count - 1, Math.floor(count * share));

interface Words {
  readonly codes: Int32Array;
  readonly dictionary: readonly string[];
}

function asWords(column: FrameColumn): Words {
  if (column.kind === 'text') return column;
  const index = new Map<number, number>();
  const dictionary: string[] = [];
  const codes = Int32Array.from(column.values, (value) => {
    if (Number.isNaN(value)) return -1;
    let code = index.get(value);
    if (code === undefined) {
      code = dictionary.length;
      index.set(value, code);
      dictionary.push(String(value));
    }
    return code;
  });
  return { codes, dictionary };
}

/** Rows of each word of the dictionary, and rows without one. */
function tally({ codes, dictionary }: Words): WordCounts {
  const counts = new Float64Array(dictionary.length);
  let missing = 0;
  for (const code of codes) {
    if (code < 0) missing += 1;
    else counts[code] = (counts[code] ?? 0) + 1;
  }
  return { words: dictionary, counts, rows: codes.length, missing };
}

function prepareWords(reference: Words, current: Words): PreparedColumn {
  const { dictionary } = current;
  return prepareWordCounts(tally(reference), tally(current), (rows) =>
    tally({ codes: Int32Array.from(rows, (row) => current.codes[row] ?? -1), dictionary }),
  );
}

/** The same for columns whose words were counted already; `partOf` counts some rows of the current data. */
export function prepareWordCounts(
  reference: WordCounts,
  current: WordCounts,
  partOf?: (rows: Uint32Array) => WordCounts,
): PreparedColumn {
  const names = [...new Set([...reference.words, ...current.words])].sort();
  const cellOf = new Map(names.map((word, cell) => [word, cell]));
  const onCells = ({ words, counts }: WordCounts): Float64Array => {
    const cells = new Float64Array(names.length);
    for (const [index, word] of words.entries()) {
      const cell = cellOf.get(word) ?? 0;
      cells[cell] = (cells[cell] ?? 0) + (counts[index] ?? 0);
    }
    return cells;
  };
  const before = onCells(reference);
  const after = onCells(current);
  const order = [...names.keys()].sort(
    (a, b) => (before[b] ?? 0) + (after[b] ?? 0) - (before[a] ?? 0) - (after[a] ?? 0),
  );
  const shown = order.slice(0, order.length <= SHOWN_WORDS + 1 ? order.length : SHOWN_WORDS);
  const rest = order.slice(shown.length);
  const labels = [...shown.map((cell) => names[cell] ?? ''), ...(rest.length > 0 ? [OTHER_WORDS] : [])];
  const onBins = (counts: Float64Array): number[] => [
    ...shown.map((cell) => counts[cell] ?? 0),
    ...(rest.length > 0 ? [rest.reduce((sum, cell) => sum + (counts[cell] ?? 0), 0)] : []),
  ];
  return {
    samples: { kind: 'categorical', reference: before, current: after },
    bins: { edges: null, labels, reference: onBins(before), current: onBins(after) },
    referenceRows: reference.rows,
    currentRows: current.rows,
    referenceMissing: reference.missing,
    currentMissing: current.missing,
    part:
      partOf === undefined
        ? null
        : (rows) => {
            const counts = onCells(partOf(rows));
            return { samples: { kind: 'categorical', reference: before, current: counts }, counts: onBins(counts) };
          },
  };
}

/** The tests that judge a column, in order: those asked for, else the defaults of its kind. */
export function testsFor(
  samples: Samples,
  wanted: readonly WantedTest[] | undefined,
): { test: DriftTest; params: Readonly<Record<string, unknown>>; threshold: number }[] {
  const names: readonly WantedTest[] =
    wanted && wanted.length > 0
      ? wanted
      : (samples.kind === 'numeric'
          ? DEFAULT_TESTS.numeric
          : samples.reference.length > MANY_WORDS
            ? DEFAULT_TESTS.manyWords
            : DEFAULT_TESTS.categorical
        ).map((test) => ({ test, params: {} }));
  return names.map((want) => {
    const test = resolveDriftTest(want.test);
    const scale =
      test.thresholdScale !== undefined && samples.kind === 'numeric' && samples.referenceCount > 0
        ? test.thresholdScale(samples.referenceValues)
        : 1;
    return {
      test,
      params: want.params,
      threshold: want.threshold ?? test.threshold * (Number.isFinite(scale) ? scale : 1),
    };
  });
}

/** Runs the tests. A distance has drifted above its threshold, a p value below. */
export function judge(samples: Samples, wanted: readonly WantedTest[] | undefined): DriftOutcome[] {
  return testsFor(samples, wanted).map(({ test, params, threshold }) => {
    const fits = test.appliesTo !== 'numeric' || samples.kind === 'numeric';
    const answer = fits && !isEmpty(samples) ? test.run(samples, params) : null;
    const raw = (test.judgedBy === 'pValue' ? answer?.pValue : answer?.statistic) ?? Number.NaN;
    const judged = finite(raw);
    const details = Object.entries(answer?.details ?? {}).filter(
      (entry): entry is [string, number] => entry[1] !== null && Number.isFinite(entry[1]),
    );
    return {
      test: test.test,
      params: { ...params },
      statistic: finite(answer?.statistic ?? null),
      pValue: finite(answer?.pValue ?? null),
      threshold,
      isDrifted: test.judgedBy === 'pValue' ? raw < threshold : raw > threshold,
      reason: judged !== null ? null : fits ? whyNot(samples, raw) : `the test is for ${test.appliesTo} columns`,
      ...(details.length > 0 ? { details: Object.fromEntries(details) } : {}),
    };
  });
}

const rowsOf = (counts: ArrayLike<number>): boolean => Array.prototype.some.call(counts, (count) => count > 0);
const isEmpty = (samples: Samples): boolean =>
  samples.kind === 'numeric'
    ? samples.referenceCount === 0 || samples.currentCount === 0
    : !rowsOf(samples.reference) || !rowsOf(samples.current);
const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);
const whyNot = (samples: Samples, answer: number): string =>
  isEmpty(samples)
    ? 'one of the samples is empty'
    : answer === Number.POSITIVE_INFINITY
      ? 'the distance is infinite'
      : 'there is no answer on these values: too few, all equal, or too many for the exact method';

const show = (value: number): string =>
  Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6 ? String(Number(value.toPrecision(3))) : value.toExponential(1);

/** A column's whole answer: every test, the deciding one on top, and a sentence that says why. */
export function describeColumn(
  column: string,
  type: ColumnType,
  prepared: PreparedColumn,
  wanted: readonly WantedTest[] | undefined,
): ColumnDrift {
  const outcomes = judge(prepared.samples, wanted);
  const first = outcomes[0];
  const test = first ? resolveDriftTest(first.test) : undefined;
  const judged = test?.judgedBy === 'pValue' ? first?.pValue : first?.statistic;
  const noun = test?.judgedBy === 'pValue' ? `p value of ${test.label}` : (test?.label ?? '');
  const sentence =
    judged === null || judged === undefined
      ? `${column} cannot be judged: ${first?.reason ?? 'no test'}.`
      : `${noun} ${show(judged)} is ${judged > (first?.threshold ?? 0) ? 'above' : 'at most'} ${show(first?.threshold ?? 0)}: ${column} ${first?.isDrifted ? 'has drifted' : 'has not drifted'}.`;
  return {
    column,
    type,
    test: first?.test ?? '',
    statistic: first?.statistic ?? null,
    pValue: first?.pValue ?? null,
    threshold: first?.threshold ?? 0,
    isDrifted: first?.isDrifted ?? false,
    sentence,
    referenceRows: prepared.referenceRows,
    currentRows: prepared.currentRows,
    referenceMissing: prepared.referenceMissing,
    currentMissing: prepared.currentMissing,
    outcomes,
    bins: prepared.bins,
  };
}
