import { ActionIcon, Menu } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCopy, IconDots, IconFileTypeCsv, IconFileTypeSvg, IconPhoto } from '@tabler/icons-react';
import { type PlainTable, toCsv, toTabSeparated } from '../lib/delimited-text.ts';
import { messages } from '../lib/messages/messages.ts';
import { fileStem, saveFile } from '../lib/save-file.ts';

interface ChartMenuProps {
  readonly title: string;
  readonly table: PlainTable;
  readonly onPng: () => Promise<Blob>;
  readonly onSvg: () => Promise<Blob>;
}

const m = messages.components;
const size = 16;

/** Copy the figures, or save the chart as PNG, SVG or CSV. */
export function ChartMenu({ title, table, onPng, onSvg }: ChartMenuProps) {
  const clipboard = useClipboard();
  const stem = fileStem(title);
  return (
    <Menu position="bottom-end" withinPortal shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={m.chartMenu} title={m.chartMenu}>
          <IconDots size={size} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconCopy size={size} aria-hidden />}
          onClick={() => clipboard.copy(toTabSeparated(table))}
        >
          {m.chartCopy}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconPhoto size={size} aria-hidden />}
          onClick={() => void onPng().then((picture) => saveFile(`${stem}.png`, picture))}
        >
          {m.chartPng}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconFileTypeSvg size={size} aria-hidden />}
          onClick={() => void onSvg().then((picture) => saveFile(`${stem}.svg`, picture))}
        >
          {m.chartSvg}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconFileTypeCsv size={size} aria-hidden />}
          onClick={() => saveFile(`${stem}.csv`, new Blob([toCsv(table)], { type: 'text/csv' }))}
        >
          {m.chartCsv}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
