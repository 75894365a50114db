import { Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ColumnType, DatasetVersion } from '../../../shared/contract/datasets.ts';
import { versionReference } from '../../../shared/ids.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { formatCount, formatDateTime } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import { ColumnDetails } from './ColumnDetails.tsx';
import { columnTypes, isColumnType } from './column-types.ts';
import { OverviewTable } from './OverviewTable.tsx';
import { profileRows } from './overview-columns.ts';

interface OverviewTabProps {
  readonly dataset: DatasetVersion;
  readonly versions: readonly DatasetVersion[];
}

const m = messages.datasets;
const TYPING_MS = 300;
/** Of more columns only so many are fetched: those whose names match, the first ones. */
const MOST_COLUMNS = 5000;

/** What is asked of a profile that is too wide to be fetched whole; null for any other. */
function partOf({ columns }: DatasetVersion, wanted: string) {
  if (columns.length <= MOST_COLUMNS) return null;
  if (wanted === '') return { limit: MOST_COLUMNS };
  const names = columns.map(({ name }) => name).filter((name) => name.toLowerCase().includes(wanted));
  return { names: names.slice(0, MOST_COLUMNS) };
}

/** A row a column, with its distribution in the cell; beside another version when one is chosen. */
export function OverviewTab({ dataset, versions }: OverviewTabProps) {
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const [rested] = useDebouncedValue(wanted, TYPING_MS);
  const part = partOf(dataset, rested);
  const profile = useQuery(
    queries.datasets.profile.queryOptions({
      input: { dataset: versionReference(dataset), ...part },
      placeholderData: keepPreviousData,
    }),
  );
  const [other, setOther] = useState<string | null>(null);
  const before = versions.find(({ version }) => String(version) === other);
  const compared = useQuery(
    queries.datasets.profile.queryOptions({
      input: before === undefined ? skipToken : { dataset: versionReference(before), ...partOf(before, rested) },
    }),
  );
  const [type, setType] = useState<ColumnType | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  if (profile.error) return <ErrorPanel error={profile.error} onRetry={() => profile.refetch()} />;
  if (profile.data === undefined) return <LateSkeleton lines={14} />;
  if (dataset.columns.length === 0) return <EmptyState title={m.noColumns} text="" />;
  const rows = profileRows(profile.data.columns, other === null ? undefined : compared.data?.columns);
  const found = rows.filter(
    (row) => row.profile.name.toLowerCase().includes(wanted) && (type === null || row.profile.type === type),
  );
  const others = versions.filter((one) => one.version !== dataset.version);
  const present = new Set(rows.map((row) => row.profile.type));
  const opened = rows.find((row) => row.profile.name === open);
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <TextInput
          size="xs"
          w={220}
          aria-label={m.filterColumns}
          placeholder={m.filterColumns}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Select
          size="xs"
          w={140}
          aria-label={m.filterType}
          placeholder={m.filterTypeAll}
          clearable
          data={columnTypes.filter(({ value }) => present.has(value))}
          value={type}
          onChange={(chosen) => setType(isColumnType(chosen) ? chosen : null)}
        />
        {others.length > 0 && (
          <Select
            size="xs"
            w={240}
            aria-label={m.compareWith}
            placeholder={m.compareWith}
            clearable
            data={others.map((one) => ({
              value: String(one.version),
              label: m.versionLabel(one.version, formatDateTime(one.createdAt)),
            }))}
            value={other}
            onChange={setOther}
          />
        )}
      </Group>
      {compared.error && <ErrorPanel error={compared.error} onRetry={() => compared.refetch()} />}
      <OverviewTable
        dataset={dataset}
        rows={found}
        comparedVersion={other === null || compared.data === undefined ? null : Number(other)}
        onOpen={setOpen}
      />
      {part !== null && rows.length === MOST_COLUMNS && (
        <Text size="sm" c="dimmed">
          {m.partOfColumns(formatCount(rows.length), formatCount(dataset.columns.length))}
        </Text>
      )}
      {found.length === 0 && (
        <Text size="sm" c="dimmed">
          {m.noneMatch}
        </Text>
      )}
      {opened && <ColumnDetails profile={opened.profile} onClose={() => setOpen(null)} />}
    </Stack>
  );
}
