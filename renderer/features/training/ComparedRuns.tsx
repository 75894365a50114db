import { Badge, Paper, Table, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import type { MetricValue, ModelVersion } from '../../../shared/contract/models.ts';
import { metricLabel } from '../../components/charts/metric-names.ts';
import { formatDateTime, formatDuration, formatNumber } from '../../lib/format.ts';
import { comparable, compareMetrics } from './compare-models.ts';
import { trainingMessages } from './messages.ts';

interface ComparedRunsProps {
  readonly models: readonly ModelVersion[];
  /** The question to compare on. */
  readonly question: Pick<ModelVersion, 'task' | 'target'>;
}

const most = 6;

function Value({ metric, isBest }: { readonly metric: MetricValue | undefined; readonly isBest: boolean }) {
  if (metric === undefined || metric.value === null)
    return <span title={metric?.reason ?? undefined}>{trainingMessages.notAvailable}</span>;
  return (
    <span title={String(metric.value)}>
      <Text span size="sm" {...(isBest ? { fw: 700 } : {})}>
        {formatNumber(metric.value)}
      </Text>
      {isBest && (
        <Badge ml={6} size="xs" variant="light" tt="none">
          {trainingMessages.compareBest}
        </Badge>
      )}
      {metric.lower !== null && metric.upper !== null && (
        <Text size="xs" c="dimmed">
          {formatNumber(metric.lower)} – {formatNumber(metric.upper)}
        </Text>
      )}
    </span>
  );
}

/** Models that answer the same question, their figures side by side; nothing when there is only one. */
export function ComparedRuns({ models, question }: ComparedRunsProps) {
  const runs = comparable(models, question, most);
  if (runs.length < 2) return null;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="compare-title">
      <Title order={2} size="h5" id="compare-title">
        {trainingMessages.compareTitle}
      </Title>
      <Text size="xs" c="dimmed" mb="sm">
        {trainingMessages.compareSubtitle}
      </Text>
      <Table.ScrollContainer minWidth={runs.length * 150 + 180}>
        <Table className="tabular">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{trainingMessages.compareMetric}</Table.Th>
              {runs.map((run) => (
                <Table.Th key={run.id}>
                  <Link to={`/models/${encodeURIComponent(run.name)}/${run.version}`}>
                    {run.name} v{run.version}
                  </Link>
                  <Text size="xs" c="dimmed" fw={400}>
                    {run.algorithm} · {formatDuration(run.seconds * 1000)} · {formatDateTime(run.createdAt)}
                  </Text>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {compareMetrics(runs).map((metric) => (
              <Table.Tr key={metric.name}>
                <Table.Td>{metricLabel(metric.name)}</Table.Td>
                {metric.values.map((value, index) => (
                  <Table.Td key={runs[index]?.id}>
                    <Value metric={value} isBest={metric.best.includes(index)} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
