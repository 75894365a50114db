import { Paper, Table, Title } from '@mantine/core';
import { Link } from 'react-router';
import type { DriftReport } from '../../../shared/contract/monitoring.ts';
import { MoreButton } from '../../components/MoreButton.tsx';
import { useMore } from '../../components/use-more.ts';
import { formatCount, formatDateTime } from '../../lib/format.ts';
import { DriftVerdict } from './DriftVerdict.tsx';
import { wholeVerdict } from './drift-sentences.ts';
import { monitoringMessages } from './messages.ts';

interface DriftReportListProps {
  readonly reports: readonly DriftReport[];
}

const STEP = 100;

/** Earlier comparisons, newest first. */
export function DriftReportList({ reports }: DriftReportListProps) {
  const { shown, rest, showMore } = useMore(reports, STEP);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="reports-title">
      <Title order={2} size="h5" id="reports-title" mb="xs">
        {monitoringMessages.reportsTitle}
      </Title>
      <Table.ScrollContainer minWidth={760}>
        <Table highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{monitoringMessages.columnComparison}</Table.Th>
              <Table.Th>{monitoringMessages.columnVerdict}</Table.Th>
              <Table.Th>{monitoringMessages.columnDrifted}</Table.Th>
              <Table.Th>{monitoringMessages.columnModel}</Table.Th>
              <Table.Th>{monitoringMessages.columnAt}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((report) => (
              <Table.Tr key={report.id}>
                <Table.Td>
                  <Link to={`/monitor/${report.id}`}>
                    {monitoringMessages.versus(
                      `${report.current} v${report.currentVersion}`,
                      `${report.reference} v${report.referenceVersion}`,
                    )}
                  </Link>
                </Table.Td>
                <Table.Td>
                  <DriftVerdict isDrifted={report.isDrifted} label={wholeVerdict(report)} />
                </Table.Td>
                <Table.Td className="tabular">
                  {monitoringMessages.ofColumns(formatCount(report.drifted), formatCount(report.columns.length))}
                </Table.Td>
                <Table.Td>{report.model}</Table.Td>
                <Table.Td className="tabular">{formatDateTime(report.at)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <MoreButton rest={rest} onMore={showMore} />
    </Paper>
  );
}
