import { z } from 'zod';
import { SchemaDocument, ValidationReport } from '../../../shared/contract/validation.ts';
import { readDocument } from '../input-file.ts';
import { REPORT_OPTION, writeReport } from '../report-file.ts';
import { validationReport } from '../reports/validation-report.ts';
import { shortNumber, table } from '../table.ts';
import { defineVerb } from '../verb.ts';

const moved = ({ dataset, quarantined, keptVersion }: ValidationReport): string => {
  if (quarantined === null) return '';
  return keptVersion === null
    ? '\nno row went to quarantine'
    : `\n${shortNumber(quarantined)} ${quarantined === 1 ? 'row' : 'rows'} in quarantine; the others are ${dataset}@${keptVersion}`;
};

const describe = (report: ValidationReport): string => {
  const failed = report.rules.filter((rule) => rule.failed > 0);
  const head = `${report.dataset}@${report.datasetVersion}: ${report.isValid ? 'valid' : 'NOT valid'}, ${report.rules.length} rules, ${report.errors} errors, ${report.warnings} warnings, ${shortNumber(report.rows)} rows`;
  if (failed.length === 0) return `${head}${moved(report)}`;
  const rows = failed.map((rule) => [
    rule.rule,
    rule.severity,
    shortNumber(rule.failed),
    `${(rule.rate * 100).toPrecision(3)} %`,
    rule.firstRows
      .slice(0, 3)
      .map(({ row, value }) => `row ${row}: ${value === null ? 'missing' : String(value)}`)
      .join('; ') ||
      (rule.observed ?? ''),
  ]);
  return `${head}\n${table(['rule', 'severity', 'failed', 'rate', 'first rows'], rows)}${moved(report)}`;
};

export const validateVerb = defineVerb({
  name: 'validate',
  summary: 'check all rules; exit code 3 when an error-level rule fails',
  positionals: [{ syntax: '<dataset>', description: 'dataset, dataset@version or id' }],
  options: [
    { flags: '--schema <file>', description: 'schema document to use instead of the attached one' },
    { flags: '--environment <name>', description: 'only rules of this environment, such as training or serving' },
    { flags: '--quarantine', description: 'part rows that fail an error-level rule; the others become a new version' },
    REPORT_OPTION,
  ],
  input: z.object({
    dataset: z.string(),
    schema: z.string().optional(),
    environment: z.string().optional(),
    quarantine: z.boolean().default(false),
    report: z.string().optional(),
  }),
  async run({ dataset, schema, environment, quarantine, report }, session) {
    const document = schema === undefined ? undefined : await readDocument(schema, SchemaDocument);
    const result = ValidationReport.parse(
      await session.job((client) =>
        client.validation.validate({
          dataset,
          environment: environment ?? null,
          quarantine,
          ...(document === undefined ? {} : { document }),
        }),
      ),
    );
    const written = await writeReport(report, () => validationReport(result));
    return { document: result, text: `${describe(result)}${written}`, isNo: !result.isValid };
  },
});
