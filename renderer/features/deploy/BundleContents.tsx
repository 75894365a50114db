import { Code, ScrollArea, Table, Text } from '@mantine/core';
import type { Bundle } from '../../../shared/contract/bundles.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { deployMessages } from './messages.ts';

interface BundleContentsProps {
  readonly bundle: Bundle;
}

/** Every file of a bundle with its purpose, size and sum. */
export function BundleContents({ bundle }: BundleContentsProps) {
  return (
    <>
      <Text size="sm" fw={600}>
        {deployMessages.contentsTitle(formatCount(bundle.files.length), formatBytes(bundle.sizeBytes))}
      </Text>
      <ScrollArea.Autosize
        mah={320}
        viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': deployMessages.contentsPath }}
      >
        <Table stickyHeader verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{deployMessages.contentsPath}</Table.Th>
              <Table.Th>{deployMessages.contentsPurpose}</Table.Th>
              <Table.Th ta="right">{deployMessages.contentsSize}</Table.Th>
              <Table.Th>{deployMessages.contentsHash}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {bundle.files.map((file) => (
              <Table.Tr key={file.path}>
                <Table.Td className="mono">{file.path}</Table.Td>
                <Table.Td>{file.purpose}</Table.Td>
                <Table.Td ta="right" className="tabular">
                  {formatBytes(file.sizeBytes)}
                </Table.Td>
                <Table.Td>
                  <Code title={file.sha256}>{file.sha256.slice(0, 12)}…</Code>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
    </>
  );
}
