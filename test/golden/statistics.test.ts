import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { groupMetrics } from '../../electron/compute/evaluation/groups.ts';
import { binaryMetrics, multiclassMetrics, regressionMetrics } from '../../electron/compute/evaluation/metrics.ts';
import { calibrationBins, expectedCalibrationError } from '../../electron/compute/stats/calibration.ts';
import { wilsonInterval } from '../../electron/compute/stats/interval.ts';
import { delongInterval } from '../../electron/compute/stats/ranking.ts';

interface Case {
  readonly id: string;
  readonly function: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly input: string;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly tolerance: { readonly abs: number; readonly rel: number };
}
type Input = Readonly<Record<string, readonly (number | string | null)[]>>;

const load = (name: string): { inputs: Readonly<Record<string, Input>>; cases: readonly Case[] } =>
  JSON.parse(readFileSync(new URL(`./data/statistics/${name}.json`, import.meta.url), 'utf8'));

const number = (value: unknown): number =>
  value === 'inf'
    ? Number.POSITIVE_INFINITY
    : value === '-inf'
      ? Number.NEGATIVE_INFINITY
      : value === null || value === 'nan'
        ? Number.NaN
        : Number(value);
const vector = (input: Input, name: string): Float64Array => Float64Array.from(input[name] ?? [], number);

function agree(got: unknown, expected: unknown, { abs, rel }: Case['tolerance']): void {
  const wanted = number(expected);
  expect(typeof got).toBe('number');
  expect(Math.abs(Number(got) - wanted), `${got} against ${wanted}`).toBeLessThanOrEqual(abs + rel * Math.abs(wanted));
}

describe('metrics equal scikit-learn', () => {
  const { inputs, cases } = load('metrics');
  const classesOf = (labels: readonly unknown[]): number => Math.max(...labels.map(Number)) + 1;
  const run: Readonly<
    Record<string, (input: Input, params: Case['params']) => Readonly<Record<string, number | null | undefined>>>
  > = {
    binaryMetrics: (input, { threshold }) =>
      Object.fromEntries(
        binaryMetrics(vector(input, 'label'), vector(input, 'probability'), Number(threshold)).map(
          ({ name, value }) => [name, value],
        ),
      ),
    expectedCalibrationError: (input, { bins }) => ({
      value: expectedCalibrationError(
        calibrationBins(vector(input, 'label'), vector(input, 'probability'), Number(bins)),
      ),
    }),
    delongInterval: (input) => {
      const { value, variance, lower, upper } = delongInterval(vector(input, 'label'), vector(input, 'probability'));
      return { auc: value, variance, low: lower, high: upper };
    },
    multiclassMetrics: (input) => {
      const rows = (input['probabilities'] ?? input['probability'] ?? []) as unknown as readonly (readonly number[])[];
      const labels = vector(input, 'label');
      const classes = rows[0]?.length ?? classesOf([...labels]);
      const metrics = multiclassMetrics(
        {
          task: 'multiclass',
          classes: null,
          targets: labels,
          scores: { kind: 'classes', classes, probabilities: Float32Array.from(rows.flat()), labels: [] },
        },
        Array.from({ length: classes }, (_, k) => String(k)),
      );
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    },
    regressionMetrics: (input) =>
      Object.fromEntries(
        regressionMetrics(vector(input, 'label'), vector(input, 'prediction')).map(({ name, value }) => [name, value]),
      ),
    wilsonInterval: (input) => {
      const scalar = (name: string): number => Number((input as Readonly<Record<string, unknown>>)[name]);
      const { lower, upper } = wilsonInterval(scalar('successes'), scalar('trials'));
      return { low: lower, high: upper };
    },
  };
  /** Reports count every row once; weighted rows are a matter of training only. */
  const covered = cases.filter((golden) => run[golden.function] !== undefined && !golden.id.includes('weighted'));
  it.each(covered.map((golden) => [golden.id, golden] as const))('%s', (_, golden) => {
    const answer = run[golden.function]?.(inputs[golden.input] ?? {}, golden.params) ?? {};
    let compared = 0;
    for (const [key, expected] of Object.entries(golden.expected)) {
      const got = answer[key];
      // Metrics the reports do not show; and no answer where scikit-learn forces a number.
      if (got === undefined || got === null) continue;
      // Probabilities of several classes pass through single precision, as they come out of a model.
      agree(got, expected, golden.function === 'multiclassMetrics' ? { abs: 1e-6, rel: 1e-6 } : golden.tolerance);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(0);
  });
});

describe('rates of groups equal Fairlearn', () => {
  const { inputs, cases } = load('fairness');
  const golden = cases.find((candidate) => candidate.function === 'fairness');
  const input = inputs[golden?.input ?? ''] ?? {};
  const labels = vector(input, 'label');
  const probabilities = Float32Array.from(vector(input, 'probability'));
  const byGroup = golden?.expected['byGroup'] as Readonly<Record<string, Readonly<Record<string, number>>>>;

  it.each(Object.keys(byGroup))('group %s', (name) => {
    const rows = Uint32Array.from([...(input['group'] ?? []).keys()].filter((row) => input['group']?.[row] === name));
    const both = Float32Array.from({ length: probabilities.length * 2 }, (_, i) =>
      i % 2 === 1 ? (probabilities[(i - 1) / 2] ?? 0) : 1 - (probabilities[i / 2] ?? 0),
    );
    const { metrics } = groupMetrics(
      { group: [{ column: 'group', value: name }], rows },
      {
        task: 'binary',
        classes: ['0', '1'],
        targets: labels,
        scores: { kind: 'classes', classes: 2, probabilities: both, labels: [] },
      },
      0.5,
    );
    for (const [metric, expected] of Object.entries(byGroup[name] ?? {}))
      agree(metrics.find((one) => one.name === metric)?.value, expected, { abs: 1e-9, rel: 1e-9 });
  });
});
