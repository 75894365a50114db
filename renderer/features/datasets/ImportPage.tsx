import { Button, Group, Stack, Text } from '@mantine/core';
import { IconDatabaseImport, IconFile, IconFolderOpen } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { BackLink } from '../../components/BackLink.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { queries } from '../../lib/api.ts';
import { takeWaiting, useWaitingFiles } from '../../lib/incoming-files.ts';
import { jobFeed } from '../../lib/job-feed.ts';
import { messages } from '../../lib/messages/messages.ts';
import { useOpenFiles } from '../../lib/use-open-files.ts';
import { ImportCard } from './ImportCard.tsx';
import { importQueue, useImportQueue } from './import-queue.ts';

const m = messages.datasets;

/** The files that were dropped or opened: what was found in each, what can be changed, and their import. */
export function ImportPage() {
  const waiting = useWaitingFiles();
  const items = useImportQueue();
  const datasets = useQuery(queries.datasets.list.queryOptions());
  const { ask, askFolder } = useOpenFiles();
  useEffect(() => {
    if (waiting.length > 0) importQueue.add(takeWaiting());
  }, [waiting]);
  useEffect(() => () => importQueue.removeImported(jobFeed.state().jobs), []);
  const ready = items.filter((item) => item.stage.kind === 'ready' && item.name.trim() !== '');
  const open = (
    <Group gap="xs">
      <Button
        variant={items.length > 0 ? 'default' : 'filled'}
        leftSection={<IconFile size={16} aria-hidden />}
        onClick={() => void ask()}
      >
        {m.open}
      </Button>
      <Button variant="default" leftSection={<IconFolderOpen size={16} aria-hidden />} onClick={() => void askFolder()}>
        {m.openFolder}
      </Button>
    </Group>
  );
  const nextVersion = (name: string): number =>
    1 + Math.max(0, ...(datasets.data ?? []).filter((one) => one.name === name.trim()).map((one) => one.version));
  return (
    <Stack gap="md">
      <div>
        <BackLink to="/data" label={m.back} />
        <PageHead
          title={m.importTitle}
          actions={
            items.length > 0 && (
              <>
                {open}
                {ready.length > 1 && (
                  <Button
                    leftSection={<IconDatabaseImport size={16} aria-hidden />}
                    onClick={() => {
                      for (const item of ready) void importQueue.start(item.file.key);
                    }}
                  >
                    {m.importAll(ready.length)}
                  </Button>
                )}
              </>
            )
          }
        />
        {items.length > 0 && (
          <Text size="sm" c="dimmed">
            {m.importIntro}
          </Text>
        )}
      </div>
      {items.length === 0 && (
        <EmptyState
          title={m.importEmptyTitle}
          text={m.importEmptyText}
          action={open}
          icon={<IconDatabaseImport size={44} stroke={1.2} aria-hidden />}
        />
      )}
      {items.map((item) => (
        <ImportCard key={item.file.key} item={item} nextVersion={nextVersion(item.name)} />
      ))}
    </Stack>
  );
}
