import { describe, expect, it } from 'vitest';
import { evaluateRows } from '../../electron/compute/evaluation/evaluate-rows.ts';
import { multilabelMetrics } from '../../electron/compute/evaluation/multilabel-metrics.ts';
import { pairedDifference } from '../../electron/compute/evaluation/paired-difference.ts';
import { labelAt, labelColumn, MOST_LABELS, packLabels } from '../../electron/compute/train/label-sets.ts';

const N = Number.NaN;
/** Three labels of fourteen rows, three of them not known. */
const TRUTH = [
  ...[
    [1, 0, 0],
    [0, 0, 1],
    [1, N, 0],
    [0, 0, 0],
    [1, 0, 0],
    [N, 1, N],
    [0, 0, 0],
  ],
  ...[
    [0, 1, 1],
    [0, 0, 1],
    [1, 0, 1],
    [1, 1, 1],
    [0, 0, 1],
    [1, 1, 1],
    [0, 1, 0],
  ],
];
const SAID = [
  ...[
    [0.98, 0.46, 0.15],
    [0.25, 0.46, 0.98],
    [0.62, 0.63, 0.6],
    [0.03, 0.21, 0.56],
    [0.87, 0.33, 0.5],
  ],
  ...[
    [0.02, 0.98, 0.41],
    [0.02, 0.38, 0.51],
    [0.17, 0.38, 0.71],
    [0.28, 0.72, 0.92],
    [0.76, 0.63, 0.64],
  ],
  ...[
    [0.42, 0.88, 0.87],
    [0.24, 0.07, 0.77],
    [0.02, 0.91, 0.85],
    [0.02, 0.72, 0.02],
  ],
];
const columnsOf = (rows: readonly (readonly number[])[]) =>
  [0, 1, 2].map((k) => Float64Array.from(rows, (row) => row[k] ?? N));
const targets = packLabels(columnsOf(TRUTH));
const scores = { targets, labels: 3, probabilities: Float64Array.from(SAID.flat()), weights: null, threshold: 0.5 };

/** scikit-learn 1.9.1 on the known cells; Hamming loss, log loss and subset accuracy as means over rows of their known labels. */
const REFERENCE = {
  rocAuc_macro: 0.9107142857142857,
  rocAuc_micro: 0.8928571428571429,
  averagePrecision_macro: 0.9234188034188033,
  f1_macro: 0.7683501683501683,
  f1_micro: 0.7692307692307693,
  precision_micro: 0.7142857142857143,
  recall_micro: 0.8333333333333334,
  hammingLoss: 0.22619047619047622,
  subsetAccuracy: 0.35714285714285715,
  logLoss: 0.4424684717222868,
};

describe('labels of a row as one number', () => {
  it('come back as they were, unknown ones too, for as many labels as there may be', () => {
    const columns = Array.from({ length: MOST_LABELS }, (_, k) => Float64Array.of([0, 1, N][k % 3] ?? N, 1, N));
    const [mixed = N, all = N, none = N] = packLabels(columns);
    expect(columns.map((_, k) => labelAt(mixed, k))).toEqual(columns.map(([first]) => first));
    expect(columns.every((_, k) => labelAt(all, k) === 1)).toBe(true);
    expect(none).toBeNaN();
  });

  it('are read from numbers and from words, and a value that is none is named with its row', () => {
    const words = { kind: 'text' as const, dictionary: ['yes', 'No', 'maybe'], codes: Int32Array.of(0, 1, -1, 2) };
    expect(() => labelColumn(words, 'late')).toThrow('"late" is "maybe" in row 4');
    expect([...labelColumn({ ...words, codes: Int32Array.of(0, 1, -1) }, 'late')]).toEqual([1, 0, N]);
    const numbers = { kind: 'number' as const, values: Float64Array.of(1, N, 0, 3) };
    expect(() => labelColumn(numbers, 'late')).toThrow('"late" is "3" in row 4');
  });
});

describe('metrics of several labels', () => {
  it("are scikit-learn's on the labels that are known", () => {
    const found = Object.fromEntries(multilabelMetrics(scores).map(({ name, value }) => [name, value]));
    expect(Object.keys(found).sort()).toEqual(Object.keys(REFERENCE).sort());
    for (const [name, value] of Object.entries(REFERENCE)) expect(found[name], name).toBeCloseTo(value, 12);
  });

  it('count a row of weight two like two rows, and have intervals that hold them', () => {
    const weights = Float64Array.from(TRUTH, (_, row) => 1 + (row % 2));
    const rows = TRUTH.flatMap((_, row) => (row % 2 === 1 ? [row, row] : [row]));
    const twice = multilabelMetrics({
      ...scores,
      targets: Float64Array.from(rows, (row) => targets[row] ?? N),
      probabilities: Float64Array.from(rows.flatMap((row) => SAID[row] ?? [])),
    });
    for (const [k, metric] of multilabelMetrics({ ...scores, weights }, { bootstrap: true }).entries()) {
      expect(metric.value, metric.name).toBeCloseTo(twice[k]?.value ?? N, 12);
      expect(metric.lower ?? N, metric.name).toBeLessThanOrEqual(metric.value ?? N);
      expect(metric.upper ?? N, metric.name).toBeGreaterThanOrEqual(metric.value ?? N);
    }
  });

  it('are told of each label, beside what its usual share alone would reach', () => {
    const report = evaluateRows({
      task: 'multilabel',
      classes: ['a', 'b', 'c'],
      targets,
      scores: { kind: 'classes', classes: 3, probabilities: Float32Array.from(SAID.flat()), labels: [] },
      trainingTargets: targets,
      linear: null,
      groups: { rows: TRUTH.length, columns: new Map() },
      threshold: null,
      sliceColumns: null,
    });
    expect(report.labels?.map(({ label, rows, positives }) => [label, rows, positives])).toEqual([
      ['a', 13, 6],
      ['b', 13, 5],
      ['c', 13, 7],
    ]);
    expect(report.baselines[0]?.metrics.find(({ name }) => name === 'rocAuc_macro')?.value).toBe(0.5);
    expect(report.confusion).toBeNull();
  });

  it('differ between a model and itself by nothing', () => {
    const answers = Float64Array.from(SAID.flat());
    const pair = { task: 'multilabel' as const, targets, weights: null, first: answers, second: answers };
    expect(pairedDifference(pair)).toMatchObject({ value: 0, lower: 0, upper: 0 });
  });
});
