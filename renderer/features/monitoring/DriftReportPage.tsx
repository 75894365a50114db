import { Alert, Button, Grid, Group, List, Select, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { skipToken, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import type { DriftReport, DriftTestInfo } from '../../../shared/contract/monitoring.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { BackLink } from '../../components/BackLink.tsx';
import { ChartSource } from '../../components/chart-source.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { formatBounds, formatCount, formatDateTime, formatDuration, formatNumber } from '../../lib/format.ts';
import { ColumnDetail } from './ColumnDetail.tsx';
import { DriftMap, type DriftSelection } from './DriftMap.tsx';
import { DriftVerdict } from './DriftVerdict.tsx';
import { driftGrid } from './drift-grid.ts';
import { headline, performanceFallen, wholeVerdict } from './drift-sentences.ts';
import { monitoringMessages } from './messages.ts';
import { PerformanceLine } from './PerformanceLine.tsx';

interface ReportBodyProps {
  readonly report: DriftReport;
  readonly tests: readonly DriftTestInfo[];
}

interface ReportHeaderProps {
  readonly report: DriftReport;
  readonly worst: string | undefined;
  /** What went down, in a few words. */
  readonly fallen: string | undefined;
}

function ReportHeader({ report, worst, fallen }: ReportHeaderProps) {
  const [first] = report.columns;
  return (
    <Group justify="space-between" align="flex-start">
      <div>
        <BackLink to="/monitor" label={monitoringMessages.back} />
        <Group gap="sm">
          <Title order={1} size="h3">
            {headline(report, worst)}
          </Title>
          {fallen !== undefined && <DriftVerdict isDrifted label={fallen} />}
          <DriftVerdict isDrifted={report.isDrifted} label={wholeVerdict(report)} />
        </Group>
        <Text size="sm" c="dimmed" className="tabular">
          {monitoringMessages.versus(
            `${report.current} v${report.currentVersion}`,
            `${report.reference} v${report.referenceVersion}`,
          )}
          {report.model !== null && ` · ${report.model}`}
          {first && ` · ${monitoringMessages.rows(formatCount(first.referenceRows), formatCount(first.currentRows))}`}
          {` · ${monitoringMessages.reportFacts(formatDuration(report.seconds * 1000), formatDateTime(report.at))}`}
        </Text>
      </div>
      <Button
        component={Link}
        variant="default"
        flex="none"
        to={`/train?dataset=${encodeURIComponent(`${report.current}@${report.currentVersion}`)}`}
      >
        {monitoringMessages.trainAgain}
      </Button>
    </Group>
  );
}

function ReportBody({ report, tests }: ReportBodyProps) {
  const [search, setSearch] = useSearchParams();
  const grid = useMemo(() => driftGrid(report, tests), [report, tests]);
  const column = search.get('column') ?? grid.rows[0]?.column;
  const asked = search.get('period');
  const at = report.chunks.findIndex((chunk) => chunk.label === asked);
  const period = at === -1 ? undefined : at;
  const drift =
    column === 'prediction' ? (report.prediction ?? undefined) : report.columns.find((one) => one.column === column);
  const heldOut = useQuery(
    queries.models.get.queryOptions({ input: report.model === null ? skipToken : { model: report.model } }),
  );
  const metric = report.chunks.find((chunk) => chunk.performance !== null)?.performance?.metric;
  const trainedMetric = heldOut.data?.metrics.find((one) => one.name === metric);
  const trained = trainedMetric?.value ?? undefined;
  const select = (selection: DriftSelection) => {
    const label = selection.period === undefined ? undefined : report.chunks[selection.period]?.label;
    setSearch({ column: selection.column, ...(label === undefined ? {} : { period: label }) }, { replace: true });
  };
  return (
    <Stack gap="md">
      <ReportHeader
        report={report}
        worst={grid.rows[0]?.column}
        fallen={trainedMetric && performanceFallen(report, trainedMetric)}
      />
      {report.notes.length > 0 && (
        <Alert variant="light" color="gray" title={monitoringMessages.notes}>
          <List size="sm">
            {report.notes.map((note) => (
              <List.Item key={note}>{note}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <VisuallyHidden component="h2">{monitoringMessages.findings}</VisuallyHidden>
      {report.estimated !== null && report.chunks.length === 0 && (
        <Text size="sm">
          {monitoringMessages.estimatedWhole(
            metricLabel(report.estimated.metric),
            formatNumber(report.estimated.value),
            ...formatBounds(report.estimated.lower, report.estimated.upper),
            formatNumber(report.estimated.reference),
          )}
        </Text>
      )}
      <PerformanceLine
        report={report}
        heldOut={trained === undefined ? undefined : { label: monitoringMessages.heldOutLabel, value: trained }}
      />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <DriftMap
            report={report}
            grid={grid}
            tests={tests}
            selection={column === undefined ? undefined : { column, period }}
            onSelect={select}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Stack gap="sm">
            <Group gap="sm">
              <Select
                size="xs"
                label={monitoringMessages.columnPicker}
                data={[
                  ...new Set([...grid.rows.map((row) => row.column), ...(report.prediction ? ['prediction'] : [])]),
                ]}
                value={column ?? null}
                searchable
                allowDeselect={false}
                onChange={(value) => value !== null && select({ column: value, period })}
              />
              {report.chunks.length > 0 && (
                <Select
                  size="xs"
                  label={monitoringMessages.periodPicker}
                  data={[
                    { value: '', label: monitoringMessages.allPeriods },
                    ...report.chunks.map((chunk) => ({ value: chunk.label, label: chunk.label })),
                  ]}
                  value={period === undefined ? '' : (report.chunks[period]?.label ?? '')}
                  allowDeselect={false}
                  onChange={(value) => {
                    const index = report.chunks.findIndex((chunk) => chunk.label === value);
                    if (column !== undefined) select({ column, period: index === -1 ? undefined : index });
                  }}
                />
              )}
            </Group>
            {drift && (
              <ColumnDetail
                report={report}
                drift={drift}
                tests={tests}
                period={period}
                isThin={period !== undefined && grid.thin[period] === true}
              />
            )}
          </Stack>
        </Grid.Col>
      </Grid>
      {report.prediction && column !== 'prediction' && (
        <ColumnDetail
          report={report}
          drift={report.prediction}
          tests={tests}
          period={undefined}
          title={monitoringMessages.predictionOf(report.model ?? '')}
        />
      )}
    </Stack>
  );
}

/** One comparison: what is wrong first, and why. The address holds the chosen cell. */
export function DriftReportPage() {
  const { id = '' } = useParams();
  const report = useQuery(queries.monitoring.report.queryOptions({ input: { id } }));
  const tests = useQuery(queries.monitoring.tests.queryOptions());
  const error = report.error ?? tests.error;
  if (report.data === undefined || tests.data === undefined) {
    return (
      <Stack gap="md">
        <BackLink to="/monitor" label={monitoringMessages.back} />
        <Title order={1} size="h3">
          {monitoringMessages.title}
        </Title>
        {error ? (
          <ErrorPanel error={error} onRetry={() => Promise.all([report.refetch(), tests.refetch()])} />
        ) : (
          <LateSkeleton lines={10} />
        )}
      </Stack>
    );
  }
  const { current, currentVersion, reference, referenceVersion, at } = report.data;
  const source = monitoringMessages.reportSource(
    monitoringMessages.versus(`${current} v${currentVersion}`, `${reference} v${referenceVersion}`),
    formatDateTime(at),
  );
  return (
    <ChartSource value={source}>
      <ReportBody report={report.data} tests={tests.data} />
    </ChartSource>
  );
}
