import type { ValidationReport } from '../../../shared/contract/validation.ts';
import { shortNumber } from '../table.ts';
import { htmlTable, page, section, verdict } from './page.ts';
import { shareBar } from './svg.ts';

/** A validation as a page: each rule with how much fails, and the first rows that do. */
export function validationReport(report: ValidationReport): string {
  const failed = report.rules.filter((rule) => rule.failed > 0);
  const rules = report.rules.map((rule) => [
    rule.description,
    rule.column ?? '',
    rule.severity,
    verdict(rule.failed === 0 ? 'holds' : 'fails', rule.failed > 0 && rule.severity === 'error'),
    rule.failed,
    shareBar(rule.rate, rule.severity === 'error', `${rule.failed} of ${report.rows} rows`),
  ]);
  const first = failed.flatMap((rule) =>
    rule.firstRows.map(({ row, value }) => [rule.rule, row, value === null ? 'missing' : String(value)]),
  );
  return page(
    `${report.dataset}@${report.datasetVersion} is ${report.isValid ? 'valid' : 'not valid'}`,
    `${report.rules.length} rules on ${shortNumber(report.rows)} rows: ${report.errors} errors, ${report.warnings} warnings. ${report.at}.`,
    [
      section('Rules', htmlTable(['rule', 'column', 'severity', 'answer', 'rows', 'share'], rules)),
      ...(first.length > 0 ? [section('First failing rows', htmlTable(['rule', 'row', 'value'], first))] : []),
    ],
  );
}
