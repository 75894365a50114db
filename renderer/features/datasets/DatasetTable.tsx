import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import { versionReference } from '../../../shared/ids.ts';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { formatBytes, formatCount, formatDateTime } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import { datasetPath } from './dataset-path.ts';

interface DatasetTableProps {
  readonly datasets: readonly DatasetVersion[];
}

const m = messages.datasets;

const columns: readonly DataColumn<DatasetVersion>[] = [
  {
    id: 'name',
    label: m.listName,
    sortBy: (one) => one.name,
    cell: (one) => (
      <>
        <Anchor component={Link} to={datasetPath(one.name)} fw={600} size="sm" className="nowrap">
          {one.name}
        </Anchor>
        {one.note !== null && (
          <Text size="xs" c="dimmed">
            {one.note}
          </Text>
        )}
      </>
    ),
  },
  { id: 'version', label: m.listVersion, isNumeric: true, sortBy: (one) => one.version, cell: (one) => one.version },
  { id: 'rows', label: m.listRows, isNumeric: true, sortBy: (one) => one.rows, cell: (one) => formatCount(one.rows) },
  {
    id: 'columns',
    label: m.listColumns,
    isNumeric: true,
    sortBy: (one) => one.columns.length,
    cell: (one) => formatCount(one.columns.length),
  },
  {
    id: 'size',
    label: m.listSize,
    isNumeric: true,
    sortBy: (one) => one.sizeBytes,
    cell: (one) => formatBytes(one.sizeBytes),
  },
  {
    id: 'quarantined',
    label: m.listQuarantined,
    isNumeric: true,
    sortBy: (one) => one.quarantined,
    cell: (one) =>
      one.quarantined === 0 ? (
        '0'
      ) : (
        <Anchor component={Link} to={`${datasetPath(versionReference(one), 'rows')}?view=quarantine`} size="sm">
          {formatCount(one.quarantined)}
        </Anchor>
      ),
  },
  {
    id: 'from',
    label: m.listFrom,
    sortBy: (one) => one.source.fileName,
    cell: (one) => (
      <Text size="sm" className="clip" maw={{ base: 120, lg: 420 }} title={one.source.fileName}>
        {one.source.fileName}
      </Text>
    ),
  },
  {
    id: 'imported',
    label: m.listImported,
    sortBy: (one) => one.createdAt,
    cell: (one) => <span className="nowrap">{formatDateTime(one.createdAt)}</span>,
  },
];

/** The datasets, newest import first. */
export function DatasetTable({ datasets }: DatasetTableProps) {
  return (
    <DataTable
      label={m.title}
      rows={datasets}
      columns={columns}
      rowKey={(one) => one.id}
      initialSort={{ id: 'imported', isDescending: true }}
    />
  );
}
