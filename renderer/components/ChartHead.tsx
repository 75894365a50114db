import { ActionIcon, Group, Text, Title } from '@mantine/core';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { memo } from 'react';
import { messages } from '../lib/messages/messages.ts';
import { ChartMenu, type SavedChart } from './ChartMenu.tsx';

interface ChartToolsProps {
  readonly saved: SavedChart;
  readonly isTable: boolean;
  readonly onTable: (isTable: boolean) => void;
}

interface ChartHeadProps extends ChartToolsProps {
  readonly titleId: string;
  readonly title: string;
  readonly subtitle: string;
}

const m = messages.components;

/** What can be done with a chart; stays as it is while the sentences beside it change. */
const ChartTools = memo(function ChartTools({ saved, isTable, onTable }: ChartToolsProps) {
  const other = isTable ? m.chartAsChart : m.chartAsTable;
  return (
    <Group gap={2} wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-pressed={isTable}
        aria-label={other}
        title={other}
        onClick={() => onTable(!isTable)}
      >
        {isTable ? <IconChartBar size={16} aria-hidden /> : <IconTable size={16} aria-hidden />}
      </ActionIcon>
      <ChartMenu saved={saved} />
    </Group>
  );
});

/** The two sentences of a chart, and what can be done with it. */
export function ChartHead({ titleId, title, subtitle, ...tools }: ChartHeadProps) {
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
      <div style={{ minWidth: 0 }}>
        <Title order={3} size="h6" id={titleId}>
          {title}
        </Title>
        <Text size="xs" c="dimmed" component="figcaption">
          {subtitle}
        </Text>
      </div>
      <ChartTools {...tools} />
    </Group>
  );
}
