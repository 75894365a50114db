import { Button, Group, List, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { IconCheck, IconRepeat, IconX } from '@tabler/icons-react';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { Reproduction } from '../../../shared/contract/training.ts';
import { versionReference } from '../../../shared/ids.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { JobPanel } from '../../components/JobPanel.tsx';
import { queries } from '../../lib/api.ts';
import { formatCount, formatDuration, NOT_AVAILABLE } from '../../lib/format.ts';
import { useStartedJob } from '../../lib/use-started-job.ts';
import { modelsMessages as m } from './messages.ts';
import { useNewestResult } from './use-newest-result.ts';

interface ReproducePanelProps {
  readonly model: ModelVersion;
}

type Compared = Reproduction['metrics'][number];

const isEqual = ({ original, again }: Compared): boolean => original === again;

/** All digits: two numbers that look alike may not be. */
const digits = (value: number | null): string => (value === null ? NOT_AVAILABLE : String(value));

function Verdict({ isSame }: { readonly isSame: boolean }) {
  const Icon = isSame ? IconCheck : IconX;
  return (
    <Text
      span
      size="sm"
      fw={isSame ? 400 : 600}
      className="nowrap"
      {...(isSame ? {} : { c: 'var(--mantine-color-error)' })}
    >
      <Icon size={14} aria-hidden /> {isSame ? m.againEqual : m.againUnequal}
    </Text>
  );
}

function Outcome({ again }: { readonly again: Reproduction }) {
  const { metrics, hash, differences, seconds } = again;
  const different = metrics.filter((metric) => !isEqual(metric)).length;
  // What differs comes first.
  const rows = metrics.toSorted((a, b) => Number(isEqual(a)) - Number(isEqual(b)));
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600} role="status">
        {different === 0
          ? m.againSame(formatCount(metrics.length))
          : m.againDiffers(formatCount(different), formatCount(metrics.length))}{' '}
        {hash.isEqual ? m.againBytes : m.againOtherBytes} {m.againTook(formatDuration(seconds * 1000))}
      </Text>
      {differences.length > 0 && (
        <div>
          <Text size="sm">{m.againDifferences}</Text>
          <List size="sm">
            {differences.map(({ what, original, again: now }) => (
              <List.Item key={what}>{m.againDifference(what, original, now)}</List.Item>
            ))}
          </List>
        </div>
      )}
      <Table.ScrollContainer minWidth={420}>
        <Table aria-label={m.againTitle} verticalSpacing={3}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{m.againMetric}</Table.Th>
              <Table.Th ta="right">{m.againOriginal}</Table.Th>
              <Table.Th ta="right">{m.againNow}</Table.Th>
              <Table.Th>{m.againVerdict}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((metric) => (
              <Table.Tr key={metric.name}>
                <Table.Td>{metricLabel(metric.name)}</Table.Td>
                <Table.Td ta="right" className="tabular">
                  {digits(metric.original)}
                </Table.Td>
                <Table.Td ta="right" className="tabular">
                  {digits(metric.again)}
                </Table.Td>
                <Table.Td>
                  <Verdict isSame={isEqual(metric)} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

/** Trains a version once more from its manifest and says figure by figure whether it came out the same. */
export function ReproducePanel({ model }: ReproducePanelProps) {
  const run = useStartedJob(queries.training.reproduce);
  const hasManifest = model.lineage.manifest !== null;
  // Also of a run that was started elsewhere, or before.
  const { result: again } = useNewestResult('reproduce', model, Reproduction);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="again-title">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div>
            <Title order={3} size="h5" id="again-title">
              {m.againTitle}
            </Title>
            <Text size="sm" c="dimmed">
              {hasManifest ? m.againText : m.againNone}
            </Text>
          </div>
          <Button
            size="xs"
            variant="default"
            flex="none"
            leftSection={<IconRepeat size={14} aria-hidden />}
            disabled={!hasManifest || run.isRunning}
            loading={run.isStarting}
            onClick={() => run.start({ model: versionReference(model) })}
          >
            {m.againStart}
          </Button>
        </Group>
        <JobPanel run={run} />
        {again !== null && !run.isRunning && <Outcome again={again} />}
      </Stack>
    </Paper>
  );
}
