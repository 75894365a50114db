import type { EvaluationReport, GroupMetrics } from '../../../shared/contract/evaluation.ts';
import type { MetricValue } from '../../../shared/contract/models.ts';
import { shortNumber } from '../table.ts';
import { htmlTable, page, section } from './page.ts';
import { histogramChart, intervalChart, unitCurve } from './svg.ts';

const withInterval = ({ value, lower, upper }: MetricValue): string =>
  `${shortNumber(value)}${lower === null || upper === null ? '' : ` (${shortNumber(lower)} to ${shortNumber(upper)})`}`;

function metricSection({ metrics, baselines }: EvaluationReport): string {
  return section(
    'Metrics with 95 % intervals, and baselines',
    htmlTable(
      ['metric', 'value', ...baselines.map(({ name }) => name)],
      metrics.map((metric) => [
        metric.name,
        withInterval(metric),
        ...baselines.map((baseline) => shortNumber(baseline.metrics.find(({ name }) => name === metric.name)?.value)),
      ]),
    ),
  );
}

function curveSection(report: EvaluationReport): string[] {
  const figures = [
    report.roc &&
      unitCurve(report.roc, { label: 'ROC', x: 'false positive rate', y: 'true positive rate', hasDiagonal: true }),
    report.precisionRecall &&
      unitCurve(report.precisionRecall, {
        label: 'Precision and recall',
        x: 'recall',
        y: 'precision',
        hasDiagonal: false,
      }),
    report.calibration &&
      unitCurve(
        report.calibration.map(({ meanPredicted, observed }) => ({ x: meanPredicted, y: observed })),
        { label: 'Calibration', x: 'predicted probability', y: 'observed share', hasDiagonal: true },
      ),
    report.residuals && histogramChart(report.residuals.counts, 'Residuals', { width: 300, height: 120 }),
  ].filter((figure) => figure !== null);
  return figures.length === 0
    ? []
    : [
        section(
          'Curves',
          `<div class="charts">${figures.map(({ html }) => `<figure>${html}</figure>`).join('')}</div>`,
        ),
      ];
}

function confusionSection({ confusion }: EvaluationReport): string[] {
  if (confusion === null) return [];
  const rows = confusion.counts.map((counts, index) => [`actual ${confusion.labels[index] ?? ''}`, ...counts]);
  return [section('Confusion', htmlTable(['', ...confusion.labels.map((label) => `predicted ${label}`)], rows))];
}

function groupSection(heading: string, groups: readonly GroupMetrics[]): string[] {
  const name = groups[0]?.metrics[0]?.name;
  if (name === undefined) return [];
  const values = groups.flatMap((group) => group.metrics.filter((metric) => metric.name === name));
  const ends = values.flatMap(({ value, lower, upper }) => [value, lower, upper]).filter((end) => end !== null);
  const scale = { from: Math.min(...ends), to: Math.max(...ends) };
  const rows = groups.map((group) => {
    const metric = group.metrics.find((candidate) => candidate.name === name);
    const label = group.group.map(({ column, value }) => `${column} = ${value}`).join(', ');
    const { value, lower, upper } = metric ?? { value: null, lower: null, upper: null };
    return [
      label,
      group.rows,
      metric === undefined ? 'n/a' : withInterval(metric),
      value === null ? 'n/a' : intervalChart({ value, lower, upper }, scale, `${label}: ${name}`),
    ];
  });
  return [section(heading, htmlTable(['group', 'rows', name, '95 % interval'], rows))];
}

/** An evaluation as a page: metrics with intervals, curves, groups, gaps in words, slices. */
export function evaluationReport(report: EvaluationReport): string {
  return page(
    `${report.model}@${report.modelVersion} on ${report.dataset}@${report.datasetVersion}`,
    `${report.task}, ${shortNumber(report.rows)} ${report.part === 'test' ? 'rows held out in training' : 'rows'}. ${report.at}.`,
    [
      metricSection(report),
      ...curveSection(report),
      ...confusionSection(report),
      ...groupSection('Groups', report.groups),
      ...(report.gaps.length > 0
        ? [
            section(
              'Gaps',
              htmlTable(
                ['what'],
                report.gaps.map(({ sentence }) => [sentence]),
              ),
            ),
          ]
        : []),
      ...groupSection('Worst slices', report.slices),
    ],
  );
}
