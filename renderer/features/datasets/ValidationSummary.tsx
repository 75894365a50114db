import { Text } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { ValidationReport } from '../../../shared/contract/validation.ts';
import { formatCount, formatDateTime, formatDuration } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import classes from './schema.module.css';

interface ValidationSummaryProps {
  readonly report: ValidationReport;
}

const m = messages.datasets;

/** What the last validation found, in two lines. */
export function ValidationSummary({ report }: ValidationSummaryProps) {
  const Icon = report.isValid ? IconCircleCheck : IconCircleX;
  const schema = report.schemaVersion === null ? m.reportSchemaInferred : m.reportSchema(report.schemaVersion);
  return (
    <div className={classes.summary} role="status">
      <Icon size={22} className={report.isValid ? classes.valid : classes.invalid} aria-hidden />
      <div>
        <Text fw={600} size="sm">
          {report.isValid ? m.reportValid : m.reportInvalid(report.errors)}
          {report.warnings > 0 && `; ${m.reportWarnings(report.warnings)}`}
        </Text>
        <Text size="xs" c="dimmed" className="tabular">
          {m.reportLine(
            formatCount(report.rows),
            formatCount(report.rules.length),
            formatDuration(report.seconds * 1000),
          )}{' '}
          · {m.reportAt(formatDateTime(report.at), report.datasetVersion, schema)}
        </Text>
        {report.keptVersion !== null && (
          <Text size="xs" c="dimmed" className="tabular">
            {m.reportQuarantined(formatCount(report.quarantined ?? 0), report.keptVersion)}
          </Text>
        )}
      </div>
    </div>
  );
}
