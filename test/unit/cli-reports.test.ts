import { describe, expect, it } from 'vitest';
import { driftReport } from '../../electron/cli/reports/drift-report.ts';
import { evaluationReport } from '../../electron/cli/reports/evaluation-report.ts';
import { profileReport } from '../../electron/cli/reports/profile-report.ts';
import { validationReport } from '../../electron/cli/reports/validation-report.ts';
import { DatasetProfile } from '../../shared/contract/datasets.ts';
import { EvaluationReport } from '../../shared/contract/evaluation.ts';
import { DriftReport } from '../../shared/contract/monitoring.ts';
import { ValidationReport } from '../../shared/contract/validation.ts';

const AT = '2026-01-02T03:04:05Z';
const HOSTILE = '<script>alert("x")</script>';

const profile = DatasetProfile.parse({
  dataset: {
    id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    name: 'apples',
    version: 1,
    rows: 3,
    columns: [{ name: HOSTILE, type: 'number', storageType: 'DOUBLE', role: 'feature' }],
    hash: 'a'.repeat(64),
    sizeBytes: 10,
    createdAt: AT,
    source: { fileName: 'apples.csv', format: 'csv', sizeBytes: 10, sha256: null, options: {} },
    quarantined: 0,
    warnings: [],
    note: null,
  },
  columns: [
    {
      name: HOSTILE,
      type: 'number',
      role: 'feature',
      rows: 3,
      missing: 0,
      distinct: 3,
      isDistinctExact: true,
      min: 1,
      max: 3,
      mean: 2,
      standardDeviation: 1,
      quantiles: { '0.5': 2 },
      histogram: { edges: [1, 2, 3], counts: [1, 2] },
      topValues: null,
    },
  ],
});

const metric = (name: string, value: number) => ({
  name,
  value,
  lower: value - 0.05,
  upper: value + 0.05,
  isHigherBetter: true,
  reason: null,
});

const evaluation = EvaluationReport.parse({
  model: 'apples',
  modelVersion: 1,
  dataset: 'apples',
  datasetVersion: 1,
  part: 'test',
  task: 'binary',
  rows: 100,
  threshold: 0.5,
  metrics: [metric('rocAuc', 0.75)],
  baselines: [{ name: 'majority', metrics: [metric('rocAuc', 0.5)] }],
  roc: [
    { x: 0, y: 0, threshold: null },
    { x: 0.2, y: 0.7, threshold: 0.5 },
    { x: 1, y: 1, threshold: null },
  ],
  precisionRecall: null,
  calibration: null,
  thresholds: null,
  confusion: {
    labels: ['no', 'yes'],
    counts: [
      [40, 10],
      [15, 35],
    ],
  },
  residuals: null,
  predictedAgainstActual: null,
  groups: [
    { group: [{ column: 'sex', value: 'f' }], rows: 50, isEnough: true, metrics: [metric('rocAuc', 0.7)] },
    { group: [{ column: 'sex', value: 'm' }], rows: 50, isEnough: true, metrics: [metric('rocAuc', 0.8)] },
  ],
  gaps: [
    {
      columns: ['sex'],
      name: 'g',
      metric: 'rocAuc',
      value: 0.1,
      lower: 0,
      upper: 0.2,
      highest: 'm',
      lowest: 'f',
      sentence: 'm is 0.1 ahead of f.',
    },
  ],
  slices: [],
  at: AT,
});

const drift = DriftReport.parse({
  id: 'd',
  at: AT,
  reference: 'spring',
  referenceVersion: 1,
  current: 'autumn',
  currentVersion: 2,
  model: null,
  columns: [
    {
      column: 'delay',
      type: 'number',
      test: 'kolmogorovSmirnov',
      statistic: 0.2,
      pValue: 1e-9,
      threshold: 0.05,
      isDrifted: true,
      sentence: 'The delay is longer.',
      referenceRows: 10,
      currentRows: 10,
      referenceMissing: 0,
      currentMissing: 0,
      outcomes: [],
      bins: { edges: [0, 1, 2], labels: null, reference: [6, 4], current: [2, 8] },
    },
  ],
  prediction: null,
  drifted: 1,
  share: 1,
  isDrifted: true,
  chunks: [],
  notes: [],
  seconds: 0.1,
});

const validation = ValidationReport.parse({
  dataset: 'apples',
  datasetVersion: 1,
  schemaVersion: null,
  environment: null,
  rows: 3,
  isValid: false,
  errors: 1,
  warnings: 0,
  seconds: 0.1,
  at: AT,
  rules: [
    {
      rule: 'range(weight)',
      kind: 'range',
      column: 'weight',
      severity: 'error',
      description: 'weight between 0 and 2',
      failed: 1,
      rate: 1 / 3,
      firstRows: [{ row: 3, value: 3 }],
      observed: null,
    },
  ],
});

const PAGES = {
  profile: profileReport(profile),
  evaluation: evaluationReport(evaluation),
  drift: driftReport(drift),
  validation: validationReport(validation),
};

describe.each(Object.entries(PAGES))('the %s page', (_, html) => {
  it('needs nothing but itself: no script, no address, a policy that forbids the network', () => {
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(html).not.toMatch(/<script|<link|src=|href=|https?:\/\//);
  });

  it('holds its charts, each with a label', () => {
    expect(html).toMatch(/<svg role="img" aria-label="[^"]+"/);
  });
});

it('a name out of a file is text, never markup', () => {
  expect(PAGES.profile).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
});

it('both distributions of a drifted column stand side by side on one scale', () => {
  const heights = [...PAGES.drift.matchAll(/<rect class="(reference|bar)"[^>]* height="([\d.]+)"/g)].map(
    ([, kind, height]) => [kind, Number(height)],
  );
  expect(heights).toEqual([
    ['reference', 35.25],
    ['reference', 23.5],
    ['bar', 11.75],
    ['bar', 47],
  ]);
});

it('the title says the finding', () => {
  expect(PAGES.drift).toContain('<h1>autumn@2 has drifted from spring@1</h1>');
  expect(PAGES.validation).toContain('<h1>apples@1 is not valid</h1>');
});
