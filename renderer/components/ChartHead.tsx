import { ActionIcon, Group, Text, Title } from '@mantine/core';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { memo } from 'react';
import type { PlainTable } from '../lib/delimited-text.ts';
import { messages } from '../lib/messages/messages.ts';
import { ChartMenu } from './ChartMenu.tsx';

interface ChartHeadProps {
  readonly titleId: string;
  readonly title: string;
  readonly subtitle: string;
  readonly table: PlainTable;
  readonly isTable: boolean;
  readonly onTable: (isTable: boolean) => void;
  readonly onPng: () => Promise<Blob>;
  readonly onSvg: () => Promise<Blob>;
}

const m = messages.components;

/** The two sentences of a chart, and what can be done with it. Drawn anew only when one of them changes. */
export const ChartHead = memo(function ChartHead(props: ChartHeadProps) {
  const { titleId, title, subtitle, table, isTable, onTable, onPng, onSvg } = props;
  const other = isTable ? m.chartAsChart : m.chartAsTable;
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
        <ChartMenu title={title} table={table} onPng={onPng} onSvg={onSvg} />
      </Group>
    </Group>
  );
});
