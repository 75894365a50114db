import { Checkbox, NativeSelect, ScrollArea, Table } from '@mantine/core';
import type { SchemaDocument } from '../../../shared/contract/validation.ts';
import { MoreButton } from '../../components/MoreButton.tsx';
import { useMore } from '../../components/use-more.ts';
import { messages } from '../../lib/messages/messages.ts';
import { columnTypes, isColumnType } from './column-types.ts';

interface SchemaColumnsProps {
  readonly document: SchemaDocument;
  readonly onChange: (document: SchemaDocument) => void;
}

const m = messages.datasets;
const STEP = 100;

/** The columns a dataset must have, and their types. */
export function SchemaColumns({ document, onChange }: SchemaColumnsProps) {
  const change = (name: string, part: Partial<SchemaDocument['columns'][number]>) =>
    onChange({
      ...document,
      columns: document.columns.map((column) => (column.name === name ? { ...column, ...part } : column)),
    });
  const { shown, rest, showMore } = useMore(document.columns, STEP);
  return (
    <ScrollArea.Autosize mah={420}>
      <Table aria-label={m.columnsTitle} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{m.columnName}</Table.Th>
            <Table.Th w={180}>{m.columnType}</Table.Th>
            <Table.Th w={120}>{m.columnRequired}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map(({ name, type, isRequired }) => (
            <Table.Tr key={name}>
              <Table.Td className="mono">{name}</Table.Td>
              <Table.Td>
                <NativeSelect
                  size="xs"
                  aria-label={m.typeOf(name)}
                  data={[...columnTypes]}
                  value={type}
                  onChange={(event) => {
                    const { value } = event.currentTarget;
                    if (isColumnType(value)) change(name, { type: value });
                  }}
                />
              </Table.Td>
              <Table.Td>
                <Checkbox
                  size="xs"
                  aria-label={m.requiredOf(name)}
                  checked={isRequired}
                  onChange={(event) => change(name, { isRequired: event.currentTarget.checked })}
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <MoreButton rest={rest} onMore={showMore} />
    </ScrollArea.Autosize>
  );
}
