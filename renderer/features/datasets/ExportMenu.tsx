import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChevronDown, IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { DatasetVersion, RowFilter } from '../../../shared/contract/datasets.ts';
import { versionReference } from '../../../shared/ids.ts';
import { queries } from '../../lib/api.ts';
import { formatCount } from '../../lib/format.ts';
import { host } from '../../lib/host.ts';
import { messages } from '../../lib/messages/messages.ts';
import { followDownload } from '../../lib/save-file.ts';

interface ExportMenuProps {
  readonly dataset: DatasetVersion;
  readonly filters: readonly RowFilter[];
  readonly isDisabled: boolean;
}

const m = messages.datasets;

/** Writes the rows that match: shown in its folder by the desktop app, downloaded in a browser. */
export function ExportMenu({ dataset, filters, isDisabled }: ExportMenuProps) {
  const write = useMutation(
    queries.datasets.exportRows.mutationOptions({
      onSuccess: ({ path, fileName, rows }) => {
        const { reveal } = host();
        notifications.show({ title: m.exported(formatCount(rows), fileName), message: path });
        if (reveal === undefined) followDownload(`/download?path=${encodeURIComponent(path)}`, fileName);
        else void reveal(path);
      },
      onError: (error) =>
        notifications.show({ color: 'red', title: m.exportRows, message: error.message, autoClose: 12_000 }),
    }),
  );
  const start = (format: 'csv' | 'parquet') =>
    write.mutate({ dataset: versionReference(dataset), filters: [...filters], format });
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          disabled={isDisabled}
          loading={write.isPending}
          leftSection={<IconDownload size={14} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          {m.exportRows}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => start('csv')}>{m.exportCsv}</Menu.Item>
        <Menu.Item onClick={() => start('parquet')}>{m.exportParquet}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
