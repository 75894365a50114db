import { Button, Stack, Text, TextInput } from '@mantine/core';
import { IconDatabase, IconFolderOpen, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { queries } from '../../lib/api.ts';
import { formatCount } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import { useOpenFiles } from '../../lib/use-open-files.ts';
import { DatasetTable } from './DatasetTable.tsx';
import { RunningImports } from './RunningImports.tsx';

const m = messages.datasets;
const SEARCH_FROM = 8;

/** Every dataset at its newest version. */
export function DatasetsPage() {
  const datasets = useQuery(queries.datasets.list.queryOptions());
  const { ask } = useOpenFiles();
  const [text, setText] = useState('');
  const versions = datasets.data ?? [];
  const newest = [
    ...new Map(versions.toSorted((a, b) => a.version - b.version).map((one) => [one.name, one])).values(),
  ];
  const found = newest.filter((one) => one.name.toLowerCase().includes(text.trim().toLowerCase()));
  const open = (
    <Button leftSection={<IconFolderOpen size={16} aria-hidden />} onClick={() => void ask()}>
      {m.open}
    </Button>
  );
  return (
    <Stack gap="md">
      <PageHead
        title={m.title}
        aside={datasets.data && m.count(formatCount(newest.length))}
        actions={
          newest.length > 0 && (
            <>
              {newest.length >= SEARCH_FROM && (
                <TextInput
                  aria-label={m.filter}
                  placeholder={m.filter}
                  leftSection={<IconSearch size={14} aria-hidden />}
                  value={text}
                  onChange={(event) => setText(event.currentTarget.value)}
                />
              )}
              {open}
            </>
          )
        }
      />
      <RunningImports />
      {datasets.isPending && <LateSkeleton lines={8} />}
      {datasets.error && <ErrorPanel error={datasets.error} onRetry={() => datasets.refetch()} />}
      {datasets.data?.length === 0 && (
        <EmptyState
          title={m.emptyTitle}
          text={m.emptyText}
          action={open}
          icon={<IconDatabase size={44} stroke={1.2} aria-hidden />}
        />
      )}
      {found.length > 0 && <DatasetTable datasets={found} />}
      {newest.length > 0 && found.length === 0 && (
        <Text size="sm" c="dimmed">
          {m.filterNone(text.trim())}
        </Text>
      )}
    </Stack>
  );
}
