import { NativeSelect, ScrollArea, Table, Text } from '@mantine/core';
import type { ColumnType, ImportPreview } from '../../../shared/contract/datasets.ts';
import { gridText } from '../../lib/cell-text.ts';
import { formatCount } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import { columnTypes, isColumnType, isNumeric } from './column-types.ts';
import classes from './datasets.module.css';

interface ImportPreviewTableProps {
  readonly preview: ImportPreview;
  /** Types a person chose, by column. */
  readonly types: Readonly<Record<string, ColumnType>>;
  /** New choices are being looked at: what is shown is from before. */
  readonly isStale: boolean;
  readonly onTypes: (types: Record<string, ColumnType>) => void;
}

const m = messages.datasets;
const MOST_COLUMNS = 80;

/** The first rows as they will be read, each column's type changeable in its head. */
export function ImportPreviewTable({ preview, types, isStale, onTypes }: ImportPreviewTableProps) {
  const columns = preview.columns.slice(0, MOST_COLUMNS);
  const title = m.importPreviewOf(formatCount(preview.rows.length));
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        {title}
      </Text>
      <ScrollArea
        className={classes.previewBox}
        data-stale={isStale || undefined}
        viewportProps={{ tabIndex: 0, 'aria-label': title }}
      >
        <Table
          stickyHeader
          aria-label={title}
          className="tabular"
          verticalSpacing={3}
          horizontalSpacing="xs"
          withColumnBorders
        >
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ name, type }) => (
                <Table.Th key={name} scope="col" miw={124}>
                  <div className="clip" title={name}>
                    {name}
                  </div>
                  {preview.format === 'parquet' || preview.format === 'images' ? (
                    <Text size="xs" c="dimmed">
                      {m.types[type]}
                    </Text>
                  ) : (
                    <NativeSelect
                      size="xs"
                      variant={types[name] === undefined ? 'unstyled' : 'default'}
                      aria-label={m.importTypeOf(name)}
                      data={[...columnTypes]}
                      value={type}
                      onChange={(event) => {
                        const { value } = event.currentTarget;
                        if (isColumnType(value)) onTypes({ ...types, [name]: value });
                      }}
                    />
                  )}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {preview.rows.map((row, index) => (
              <Table.Tr key={`row-${String(index)}`}>
                {columns.map(({ name, type }, column) => {
                  const cell = row[column] ?? null;
                  return (
                    <Table.Td key={name} className={isNumeric(type) ? 'num' : ''} maw={280}>
                      {cell === null ? (
                        <span className={classes.missing}>{m.missingCell}</span>
                      ) : (
                        <div className="clip">{gridText(cell, type)}</div>
                      )}
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      {columns.length < preview.columns.length && (
        <Text size="xs" c="dimmed" mt={4}>
          {m.importMoreColumns(formatCount(preview.columns.length - columns.length))}
        </Text>
      )}
    </div>
  );
}
