import { Badge, Button, Divider, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconFolderOpen, IconHelpCircle, IconShieldCheck } from '@tabler/icons-react';
import type { Bundle, Endpoint } from '../../../shared/contract/bundles.ts';
import { JobPanel } from '../../components/JobPanel.tsx';
import { queries } from '../../lib/api.ts';
import { formatBytes, formatDateTime } from '../../lib/format.ts';
import { host } from '../../lib/host.ts';
import { useStartedJob } from '../../lib/use-started-job.ts';
import { BundleContents } from './BundleContents.tsx';
import { Checklist } from './Checklist.tsx';
import { CopyLine } from './CopyLine.tsx';
import { serveCommand } from './curl-command.ts';
import { deployMessages } from './messages.ts';
import { ServePanel } from './ServePanel.tsx';

interface BundleCardProps {
  readonly bundle: Bundle;
  readonly endpoint: Endpoint | undefined;
  readonly onServed: (endpoint: Endpoint) => void;
  readonly onVerified: () => void;
}

function Verdict({ bundle }: { readonly bundle: Bundle }) {
  if (bundle.verification === null) {
    return (
      <Badge variant="default" tt="none" leftSection={<IconHelpCircle size={12} aria-hidden />}>
        {deployMessages.neverVerified}
      </Badge>
    );
  }
  return bundle.verification.isVerified ? (
    <Badge variant="light" tt="none" leftSection={<IconCheck size={12} aria-hidden />}>
      {deployMessages.verified}
    </Badge>
  ) : (
    <Badge variant="light" color="red" tt="none" leftSection={<IconAlertTriangle size={12} aria-hidden />}>
      {deployMessages.notVerified}
    </Badge>
  );
}

/** One bundle: its checks, its files, where it is, and its server. */
export function BundleCard({ bundle, endpoint, onServed, onVerified }: BundleCardProps) {
  const verify = useStartedJob(queries.bundles.verify, { onSucceeded: onVerified });
  const { reveal } = host();
  const name = deployMessages.bundleOf(bundle.model, String(bundle.modelVersion));
  return (
    <Paper withBorder p="md" component="article" aria-label={name}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start">
          <div>
            <Group gap="sm">
              <Title order={3} size="h4">
                {name}
              </Title>
              <Verdict bundle={bundle} />
            </Group>
            <Text size="sm" c="dimmed" className="tabular">
              {bundle.isZip ? deployMessages.zipKind : deployMessages.folderKind} · {formatBytes(bundle.sizeBytes)} ·{' '}
              {bundle.targets.join(', ')} · {deployMessages.exportedAt(formatDateTime(bundle.createdAt))}
            </Text>
          </div>
          <Group gap="xs">
            {reveal && (
              <Button
                variant="default"
                leftSection={<IconFolderOpen size={16} aria-hidden />}
                onClick={() => reveal(bundle.path)}
              >
                {deployMessages.reveal}
              </Button>
            )}
            <Button
              variant="default"
              leftSection={<IconShieldCheck size={16} aria-hidden />}
              loading={verify.isStarting}
              disabled={verify.isRunning}
              onClick={() => verify.start({ bundle: bundle.id })}
            >
              {bundle.verification === null ? deployMessages.verifyFirst : deployMessages.verify}
            </Button>
          </Group>
        </Group>
        <JobPanel run={verify} />
        <Stack gap="xs">
          {bundle.verification === null ? (
            <Text size="sm" c="dimmed">
              {deployMessages.checksNone}
            </Text>
          ) : (
            <Checklist report={bundle.verification} />
          )}
        </Stack>
        <Divider />
        <ServePanel bundle={bundle} endpoint={endpoint} onServed={onServed} />
        <Divider />
        <Stack gap="xs">
          <Text size="sm" fw={600}>
            {deployMessages.commandTitle}
          </Text>
          <Text size="xs" c="dimmed">
            {deployMessages.commandText}
          </Text>
          <CopyLine text={serveCommand(bundle.path, bundle.isZip)} label={deployMessages.copyCommand} />
        </Stack>
        <Stack gap="xs">
          <BundleContents bundle={bundle} />
        </Stack>
      </Stack>
    </Paper>
  );
}
