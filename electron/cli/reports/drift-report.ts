import type { ColumnDrift, DriftReport } from '../../../shared/contract/monitoring.ts';
import { shortNumber } from '../table.ts';
import { htmlTable, page, section, verdict } from './page.ts';
import { pairedChart, shareBar } from './svg.ts';

const rowOf = (one: ColumnDrift) => [
  one.column,
  one.test,
  shortNumber(one.statistic),
  one.pValue === null ? '' : shortNumber(one.pValue),
  one.threshold,
  verdict(one.isDrifted ? 'drifted' : 'no drift', one.isDrifted),
  one.sentence,
  one.bins === null ? '' : pairedChart(one.bins.reference, one.bins.current, `${one.column}: reference and current`),
];

const HEAD = ['column', 'test', 'statistic', 'p value', 'threshold', 'answer', 'why', 'reference (grey) and current'];

/** A drift report as a page: every column with both distributions, and the periods where there are some. */
export function driftReport(report: DriftReport): string {
  const periods = report.chunks.map((chunk) => [
    chunk.label,
    chunk.rows,
    shareBar(
      chunk.share,
      chunk.share > 0,
      `${chunk.columns.filter(({ isDrifted }) => isDrifted).length} columns drifted`,
    ),
    chunk.performance === null ? '' : `${chunk.performance.metric} ${shortNumber(chunk.performance.value)}`,
  ]);
  return page(
    `${report.current}@${report.currentVersion} ${report.isDrifted ? 'has drifted from' : 'is like'} ${report.reference}@${report.referenceVersion}`,
    `${report.drifted} of ${report.columns.length} columns drifted. ${report.at}.`,
    [
      section('Columns', htmlTable(HEAD, report.columns.map(rowOf))),
      ...(report.prediction === null
        ? []
        : [section(`Predictions of ${report.model ?? 'the model'}`, htmlTable(HEAD, [rowOf(report.prediction)]))]),
      ...(periods.length > 0
        ? [section('Periods', htmlTable(['period', 'rows', 'share of drifted columns', 'performance'], periods))]
        : []),
      ...(report.notes.length > 0
        ? [
            section(
              'Notes',
              htmlTable(
                ['what'],
                report.notes.map((note) => [note]),
              ),
            ),
          ]
        : []),
    ],
  );
}
