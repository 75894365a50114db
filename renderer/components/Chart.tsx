import { ActionIcon, Group, Paper, Text, Title } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import type { ECElementEvent, EChartsOption } from 'echarts';
import { useId, useState } from 'react';
import type { PlainTable } from '../lib/delimited-text.ts';
import { messages } from '../lib/messages/messages.ts';
import { ChartCanvas } from './ChartCanvas.tsx';
import { ChartMenu } from './ChartMenu.tsx';
import { ChartTable } from './ChartTable.tsx';
import { chartAsPng, chartAsSvg } from './chart-pictures.ts';
import type { ChartPalette } from './charts/palette.ts';
import { useChartPalette } from './use-chart-palette.ts';

interface ChartProps {
  /** The finding, in a sentence. */
  readonly title: string;
  /** What is measured. */
  readonly subtitle: string;
  readonly height?: number;
  readonly option: (palette: ChartPalette) => EChartsOption;
  /** The figures behind the picture. */
  readonly table: PlainTable;
  readonly onClick?: (event: ECElementEvent) => void;
}

const m = messages.components;

/** A chart that says its finding, has its table behind it, and can be copied and saved. */
export function Chart({ title, subtitle, height = 260, option, table, onClick }: ChartProps) {
  const palette = useChartPalette();
  const [isTable, setTable] = useState(false);
  const { ref, width } = useElementSize();
  const titleId = useId();
  const drawing = option(palette);
  const picture = { option: drawing, title, subtitle, width: Math.max(480, Math.round(width)), height, palette };
  return (
    <Paper withBorder p="sm" component="figure" m={0} aria-labelledby={titleId} miw={0}>
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
            aria-label={isTable ? m.chartAsChart : m.chartAsTable}
            title={isTable ? m.chartAsChart : m.chartAsTable}
            onClick={() => setTable(!isTable)}
          >
            {isTable ? <IconChartBar size={16} aria-hidden /> : <IconTable size={16} aria-hidden />}
          </ActionIcon>
          <ChartMenu title={title} table={table} onPng={() => chartAsPng(picture)} onSvg={() => chartAsSvg(picture)} />
        </Group>
      </Group>
      <div ref={ref}>
        {isTable ? (
          <ChartTable table={table} label={title} height={height} />
        ) : (
          <ChartCanvas label={`${title}. ${subtitle}`} height={height} option={drawing} onClick={onClick} />
        )}
      </div>
    </Paper>
  );
}
