import { Badge, ScrollArea, Table, Text } from '@mantine/core';
import { MoreButton } from '../../components/MoreButton.tsx';
import { useMore } from '../../components/use-more.ts';
import { messages } from '../../lib/messages/messages.ts';
import type { SchemaChange } from './schema-difference.ts';

interface SchemaChangesProps {
  readonly changes: readonly SchemaChange[];
}

const m = messages.datasets;
const STEP = 100;
const words = { added: m.differenceAdded, removed: m.differenceRemoved, changed: m.differenceChanged } as const;

/** The difference between two schemas, line by line. */
export function SchemaChanges({ changes }: SchemaChangesProps) {
  const { shown, rest, showMore } = useMore(changes, STEP);
  if (changes.length === 0) return <Text size="sm">{m.schemaNoDifference}</Text>;
  return (
    <ScrollArea.Autosize mah={320} viewportProps={{ tabIndex: 0, 'aria-label': m.schemaDifference }}>
      <Table aria-label={m.schemaDifference}>
        <Table.Tbody>
          {shown.map(({ kind, subject, before, after }) => (
            <Table.Tr key={subject}>
              <Table.Td w={96}>
                <Badge size="sm" variant="default" tt="none">
                  {words[kind]}
                </Badge>
              </Table.Td>
              <Table.Td className="mono">{subject}</Table.Td>
              <Table.Td>
                {before !== '' && (
                  <Text size="xs" c="dimmed" td={kind === 'added' ? 'none' : 'line-through'}>
                    {before}
                  </Text>
                )}
                {after !== '' && <Text size="xs">{after}</Text>}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <MoreButton rest={rest} onMore={showMore} />
    </ScrollArea.Autosize>
  );
}
