import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCopy, IconDots, IconFileTypeCsv, IconFileTypeSvg, IconPhoto } from '@tabler/icons-react';
import { type PlainTable, toCsv, toTabSeparated } from '../lib/delimited-text.ts';
import { messages } from '../lib/messages/messages.ts';
import { fileStem, saveFile } from '../lib/save-file.ts';

/** A chart as it stands when it is copied or saved. */
export interface SavedChart {
  title(): string;
  figures(): PlainTable;
  png(): Promise<Blob>;
  svg(): Promise<Blob>;
}

interface ChartMenuProps {
  readonly saved: SavedChart;
}

const m = messages.components;
const size = 16;

/** Picture and figures in one: a document takes the one, a spreadsheet the other. */
async function copyChart({ figures, png }: SavedChart): Promise<void> {
  const text = new Blob([toTabSeparated(figures())], { type: 'text/plain' });
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png(), 'text/plain': text })]);
    notifications.show({ message: m.chartCopied });
  } catch {
    notifications.show({ message: m.chartNotCopied, color: 'red' });
  }
}

/** Copy the chart, or save it as PNG, SVG or CSV. */
export function ChartMenu({ saved }: ChartMenuProps) {
  const save = (ending: string, content: Blob) => saveFile(`${fileStem(saved.title())}.${ending}`, content);
  return (
    <Menu position="bottom-end" withinPortal shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={m.chartMenu} title={m.chartMenu}>
          <IconDots size={size} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconCopy size={size} aria-hidden />} onClick={() => void copyChart(saved)}>
          {m.chartCopy}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconPhoto size={size} aria-hidden />}
          onClick={() => void saved.png().then((picture) => save('png', picture))}
        >
          {m.chartPng}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconFileTypeSvg size={size} aria-hidden />}
          onClick={() => void saved.svg().then((picture) => save('svg', picture))}
        >
          {m.chartSvg}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconFileTypeCsv size={size} aria-hidden />}
          onClick={() => save('csv', new Blob([toCsv(saved.figures())], { type: 'text/csv' }))}
        >
          {m.chartCsv}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
