import { ActionIcon, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { formatBytes } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import { ImportForm } from './ImportForm.tsx';
import { ImportRun } from './ImportRun.tsx';
import { type ImportItem, type ImportStage, importQueue } from './import-queue.ts';
import { ModelImportForm } from './ModelImportForm.tsx';

interface ImportCardProps {
  readonly item: ImportItem;
  /** What the dataset's next version would be. */
  readonly nextVersion: number;
}

const m = messages.datasets;

/** Sending as progress of a job, so that it is shown in the same way. */
function sendingProgress({ progress, startedAt }: Extract<ImportStage, { kind: 'sending' }>, fileName: string) {
  const { sentBytes, totalBytes } = progress;
  const elapsed = (performance.now() - startedAt) / 1000;
  const rate = elapsed > 0.3 && sentBytes > 0 ? sentBytes / elapsed : null;
  return {
    stage: m.importSending(fileName),
    done: sentBytes,
    total: totalBytes,
    unit: 'bytes' as const,
    rate,
    etaMs: rate === null ? null : ((totalBytes - sentBytes) / rate) * 1000,
  };
}

/** One file on its way to a dataset. */
export function ImportCard({ item, nextVersion }: ImportCardProps) {
  const { file, stage, preview } = item;
  const { key } = file;
  const size = preview?.sizeBytes ?? file.sizeBytes;
  const canLeave = stage.kind !== 'importing' && stage.kind !== 'starting';
  return (
    <Paper withBorder p="md" component="section" aria-label={file.name}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap">
          <Group gap="sm" align="baseline" miw={0} wrap="nowrap">
            <Title order={2} size="h5" className="clip" title={file.name}>
              {file.name}
            </Title>
            <Text size="sm" c="dimmed" className="tabular nowrap">
              {[preview && m.format[preview.format], size !== null && formatBytes(size)].filter(Boolean).join(', ')}
            </Text>
          </Group>
          {canLeave && (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`${m.importRemove}: ${file.name}`}
              title={m.importRemove}
              onClick={() => importQueue.remove(key)}
            >
              <IconX size={16} aria-hidden />
            </ActionIcon>
          )}
        </Group>
        {stage.kind === 'sending' && (
          <ProgressBar
            progress={sendingProgress(stage, file.name)}
            label={m.importSending(file.name)}
            onCancel={() => importQueue.remove(key)}
          />
        )}
        {stage.kind === 'failed' && (
          <ErrorPanel
            error={stage.error}
            onRetry={() =>
              preview === undefined && item.source === undefined ? importQueue.look(key) : importQueue.reopen(key)
            }
          />
        )}
        {stage.kind === 'looking' && preview === undefined && <LateSkeleton lines={8} />}
        {item.kind === 'model' && (stage.kind === 'ready' || stage.kind === 'starting') && (
          <ModelImportForm item={item} />
        )}
        {preview !== undefined && stage.kind !== 'importing' && (
          <ImportForm item={item} preview={preview} nextVersion={nextVersion} isBusy={stage.kind !== 'ready'} />
        )}
        {stage.kind === 'importing' && <ImportRun itemKey={key} jobId={stage.jobId} />}
      </Stack>
    </Paper>
  );
}
