import { z } from 'zod';
import { EvaluationReport, type GroupMetrics, type LabelMetrics } from '../../../shared/contract/evaluation.ts';
import { AppError } from '../../../shared/errors.ts';
import { baselineRecord, intervalRecord, metricRecord, metricTable } from '../metrics.ts';
import { REPORT_OPTION, writeReport } from '../report-file.ts';
import { evaluationReport } from '../reports/evaluation-report.ts';
import type { Session } from '../session.ts';
import { shortNumber, table } from '../table.ts';
import { Names, TypedInteger, TypedNumber } from '../typed.ts';
import { defineVerb } from '../verb.ts';

const groupTable = (groups: readonly GroupMetrics[]): string => {
  const names = groups[0]?.metrics.slice(0, 4).map(({ name }) => name) ?? [];
  return table(
    ['group', 'rows', ...names],
    groups.map((group) => [
      group.group.map(({ column, value }) => `${column}=${value}`).join(', '),
      `${shortNumber(group.rows)}${group.isEnough ? '' : ' (too few)'}`,
      ...names.map((name) => shortNumber(group.metrics.find((metric) => metric.name === name)?.value)),
    ]),
  );
};

const labelTable = (labels: readonly LabelMetrics[]): string => {
  const names = labels[0]?.metrics.map(({ name }) => name) ?? [];
  return table(
    ['label', 'rows', 'positives', ...names],
    labels.map(({ label, rows, positives, metrics }) => [
      label,
      shortNumber(rows),
      shortNumber(positives),
      ...names.map((name) => shortNumber(metrics.find((metric) => metric.name === name)?.value)),
    ]),
  );
};

const describe = (report: EvaluationReport): string =>
  [
    `${report.model}@${report.modelVersion} on ${report.dataset}@${report.datasetVersion} (${report.part === 'test' ? 'held-out rows' : 'all rows'}, ${shortNumber(report.rows)})`,
    ...(report.weights === null ? [] : [`rows weighted by ${report.weights}`]),
    metricTable(report.metrics, report.baselines),
    ...(report.labels === null ? [] : ['', labelTable(report.labels)]),
    ...(report.groups.length > 0 ? ['', groupTable(report.groups)] : []),
    ...(report.gaps.length > 0 ? ['', ...report.gaps.map(({ sentence }) => sentence)] : []),
    ...(report.slices.length > 0 ? ['', 'worst slices', groupTable(report.slices)] : []),
    ...report.notes.map((note) => `note: ${note}`),
  ].join('\n');

/** Held-out images and what was answered; the pictures themselves are for the window. */
async function answeredImages(model: string, limit: number, session: Session) {
  const { images, ...counts } = await (await session.client()).evaluation.images({ model, limit });
  return { ...counts, images: images.map(({ thumbnail, ...image }) => image) };
}

const imageTable = ({ wrong, total, images }: Awaited<ReturnType<typeof answeredImages>>): string =>
  [
    `${shortNumber(wrong)} of ${shortNumber(total)} held-out images are answered wrong`,
    table(
      ['image', 'truth', 'answer', 'probability', 'of the truth'],
      images.map((image) => [
        image.path,
        image.truth,
        `${image.answer}${image.isWrong ? ' (wrong)' : ''}`,
        shortNumber(image.probability),
        shortNumber(image.truthProbability),
      ]),
    ),
  ].join('\n');

export const evaluateVerb = defineVerb({
  name: 'evaluate',
  summary: 'metrics with intervals, baselines, groups, slices and calibration of a model',
  positionals: [{ syntax: '<model>', description: 'model, model@version, model@alias or id' }],
  options: [
    { flags: '--on <dataset>', description: 'dataset to judge on (default: the rows held out in training)' },
    { flags: '--sensitive <columns>', description: 'columns to compare groups by' },
    { flags: '--slices', description: 'look for the worst slices' },
    { flags: '--labels <dataset>', description: 'dataset that holds the labels, joined by --key' },
    { flags: '--key <column>', description: 'column that joins the labels' },
    { flags: '--threshold <probability>', description: 'decision threshold' },
    {
      flags: '--images <number>',
      description: 'also list so many held-out images, wrong ones first (models of images)',
    },
    REPORT_OPTION,
  ],
  input: z.object({
    model: z.string(),
    on: z.string().optional(),
    sensitive: Names.default([]),
    slices: z.boolean().default(false),
    labels: z.string().optional(),
    key: z.string().optional(),
    threshold: TypedNumber.optional(),
    images: TypedInteger.pipe(z.number().min(1).max(200)).optional(),
    report: z.string().optional(),
  }),
  async run({ model, on, sensitive, slices, labels, key, threshold, images, report }, session) {
    if ((labels === undefined) !== (key === undefined)) {
      throw new AppError('INVALID_ARGUMENT', {
        message: 'Labels of their own need both --labels and --key.',
        remedy: 'Give both, or neither.',
      });
    }
    const result = EvaluationReport.parse(
      await session.job((client) =>
        client.evaluation.evaluate({
          model,
          sensitive,
          findSlices: slices,
          threshold: threshold ?? null,
          labels: labels === undefined || key === undefined ? null : { dataset: labels, key },
          ...(on === undefined ? {} : { dataset: on }),
        }),
      ),
    );
    const answered = images === undefined ? null : await answeredImages(model, images, session);
    const written = await writeReport(report, () => evaluationReport(result));
    return {
      document: {
        ...result,
        metrics: metricRecord(result.metrics),
        intervals: intervalRecord(result.metrics),
        baseline: baselineRecord(result.baselines),
        ...(answered ? { images: answered } : {}),
      },
      text: `${describe(result)}${answered ? `\n\n${imageTable(answered)}` : ''}${written}`,
    };
  },
});
