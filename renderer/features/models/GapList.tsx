import { Badge, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconHelpCircle } from '@tabler/icons-react';
import type { GroupGap } from '../../../shared/contract/evaluation.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { formatBounds, formatNumber } from '../../lib/format.ts';
import { isGapCertain, sortGaps } from './gap-order.ts';
import { modelsMessages } from './messages.ts';

interface GapListProps {
  readonly gaps: readonly GroupGap[];
}

function GapSign({ gap }: { readonly gap: GroupGap }) {
  if (gap.value === null) {
    return (
      <Badge color="gray" variant="default" tt="none" leftSection={<IconHelpCircle size={12} aria-hidden />}>
        {modelsMessages.gapUnknown}
      </Badge>
    );
  }
  return isGapCertain(gap) ? (
    <Badge variant="light" tt="none" leftSection={<IconAlertTriangle size={12} aria-hidden />}>
      {modelsMessages.gapCertain}
    </Badge>
  ) : (
    <Badge color="gray" variant="default" tt="none" leftSection={<IconCircleCheck size={12} aria-hidden />}>
      {modelsMessages.gapUncertain}
    </Badge>
  );
}

/** Every gap between groups in words, worst first, with its size and interval. */
export function GapList({ gaps }: GapListProps) {
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="gaps-title">
      <Title order={3} size="h5" id="gaps-title" mb="xs">
        {modelsMessages.gapsTitle}
      </Title>
      {gaps.length === 0 ? (
        <Text size="sm" c="dimmed">
          {modelsMessages.gapsEmpty}
        </Text>
      ) : (
        <Stack gap="sm" component="ol" className="plain-list">
          {sortGaps(gaps).map((gap) => (
            <li key={`${gap.columns.join()} ${gap.name}`}>
              <Group justify="space-between" wrap="nowrap" align="flex-start">
                <div>
                  <Text size="sm">{gap.sentence}</Text>
                  <Text
                    size="xs"
                    c="dimmed"
                    className="tabular"
                    title={gap.value === null ? undefined : String(gap.value)}
                  >
                    {metricLabel(gap.name)} · {gap.columns.join(' × ')}
                    {gap.value !== null && ` · ${formatNumber(gap.value)}`}
                    {gap.lower !== null &&
                      gap.upper !== null &&
                      ` (${modelsMessages.interval(...formatBounds(gap.lower, gap.upper))})`}
                  </Text>
                </div>
                <GapSign gap={gap} />
              </Group>
            </li>
          ))}
        </Stack>
      )}
    </Paper>
  );
}
