import { Group, Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import type { ColumnDrift, DriftReport, DriftTestInfo, SharedBins } from '../../../shared/contract/monitoring.ts';
import { Chart } from '../../components/Chart.tsx';
import { sharedBinsOption } from '../../components/charts/shared-bins-option.ts';
import { formatCount, formatDateTime, formatFull, formatNumber, formatShare, formatTick } from '../../lib/format.ts';
import { DriftVerdict } from './DriftVerdict.tsx';
import { testLabel, verdictSentence } from './drift-sentences.ts';
import { monitoringMessages } from './messages.ts';

interface ColumnDetailProps {
  readonly report: DriftReport;
  readonly drift: ColumnDrift;
  readonly tests: readonly DriftTestInfo[];
  /** Undefined: the whole of the current data. */
  readonly period: number | undefined;
  readonly title?: string;
  /** The period has too few rows to be judged. */
  readonly isThin?: boolean;
}

const shareMissing = (missing: number, rows: number): string => formatShare(rows === 0 ? 0 : missing / rows);

/** The bins of one period: those of the report with the period's own counts; undefined when it has none. */
function periodBins(bins: SharedBins, counts: readonly number[] | undefined): SharedBins | undefined {
  return counts === undefined || counts.length !== bins.current.length ? undefined : { ...bins, current: [...counts] };
}

/** Both distributions of a column on shared bins, the tests, the thresholds and why. */
export function ColumnDetail({ report, drift, tests, period, title, isThin = false }: ColumnDetailProps) {
  const chunk = period === undefined ? undefined : report.chunks[period];
  const cell = chunk?.columns.find((column) => column.column === drift.column);
  const own = drift.bins === null ? undefined : periodBins(drift.bins, cell?.counts);
  const bins = own ?? drift.bins;
  const isTime = drift.type === 'date' || drift.type === 'timestamp';
  const formatEdge = isTime ? (edge: number) => formatDateTime(new Date(edge).toISOString()) : formatTick;
  const currentName = own !== undefined && chunk !== undefined ? chunk.label : report.current;
  const sentence =
    cell === undefined || chunk === undefined ? drift.sentence : verdictSentence(cell, tests, chunk.label);
  const names = bins?.labels ?? [];
  return (
    <Paper withBorder p="md" component="section" aria-label={monitoringMessages.detailTitle(drift.column)}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={3} size="h5">
            {title ?? (chunk === undefined ? drift.column : monitoringMessages.detailPeriod(drift.column, chunk.label))}
          </Title>
          <DriftVerdict isDrifted={cell?.isDrifted ?? drift.isDrifted} isThin={isThin} />
        </Group>
        {isThin && chunk !== undefined && (
          <Text size="sm">{monitoringMessages.thinDetail(chunk.label, formatCount(chunk.rows))}</Text>
        )}
        {period !== undefined && own === undefined && (
          <Text size="xs" c="dimmed">
            {monitoringMessages.noPeriodBins}
          </Text>
        )}
        {bins === null ? (
          <Text size="sm" c="dimmed">
            {monitoringMessages.noBins}
          </Text>
        ) : (
          <Chart
            title={sentence}
            subtitle={
              own === undefined
                ? monitoringMessages.distributionSubtitle(report.reference, report.current)
                : monitoringMessages.distributionPeriodSubtitle(report.reference, currentName)
            }
            height={260}
            table={{
              columns: [
                monitoringMessages.tableValue,
                monitoringMessages.tableReference,
                monitoringMessages.tableCurrent,
              ],
              rows: bins.reference.map((count, index) => [
                bins.edges === null
                  ? (names[index] ?? '')
                  : `${formatEdge(bins.edges[index] ?? 0)} – ${formatEdge(bins.edges[index + 1] ?? 0)}`,
                count,
                bins.current[index] ?? 0,
              ]),
            }}
            option={(palette) =>
              sharedBinsOption(
                {
                  bins,
                  xName: drift.column,
                  referenceName: report.reference,
                  currentName,
                  formatEdge,
                  hoverEdge: isTime ? formatEdge : formatFull,
                },
                palette,
              )
            }
          />
        )}
        <SimpleGrid cols={1} spacing="xs">
          <Text size="xs" c="dimmed">
            {monitoringMessages.missing(
              shareMissing(drift.referenceMissing, drift.referenceRows),
              shareMissing(drift.currentMissing, drift.currentRows),
            )}
          </Text>
          <Table.ScrollContainer minWidth={480}>
            <Table className="tabular" captionSide="top" verticalSpacing={4}>
              <Table.Caption ta="left" mt={0}>
                {monitoringMessages.testsTitle}
              </Table.Caption>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{monitoringMessages.tableTest}</Table.Th>
                  <Table.Th ta="right">{monitoringMessages.tableStatistic}</Table.Th>
                  <Table.Th ta="right">{monitoringMessages.tablePValue}</Table.Th>
                  <Table.Th ta="right">{monitoringMessages.tableThreshold}</Table.Th>
                  <Table.Th>{monitoringMessages.tableVerdict}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {drift.outcomes.map((outcome, index) => (
                  <Table.Tr key={outcome.test}>
                    <Table.Td>
                      {testLabel(tests, outcome.test)}
                      {index === 0 && (
                        <Text span size="xs" c="dimmed">
                          {' '}
                          ({monitoringMessages.decides})
                        </Text>
                      )}
                    </Table.Td>
                    <Table.Td ta="right" title={String(outcome.statistic)}>
                      {formatNumber(outcome.statistic)}
                    </Table.Td>
                    <Table.Td ta="right" title={String(outcome.pValue)}>
                      {outcome.pValue === null ? '' : formatNumber(outcome.pValue)}
                    </Table.Td>
                    <Table.Td ta="right">{formatNumber(outcome.threshold)}</Table.Td>
                    <Table.Td>{outcome.reason ?? <DriftVerdict isDrifted={outcome.isDrifted} />}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </SimpleGrid>
      </Stack>
    </Paper>
  );
}
