import { Anchor, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { RuleOutcome } from '../../../shared/contract/validation.ts';
import { versionReference } from '../../../shared/ids.ts';
import { fullText } from '../../lib/cell-text.ts';
import { formatCount } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import { datasetPath } from './dataset-path.ts';

interface FailingRowsProps {
  readonly dataset: DatasetVersion;
  readonly outcome: RuleOutcome;
}

const m = messages.datasets;

/** The first rows that fail a rule, with the value that fails it. */
export function FailingRows({ dataset, outcome }: FailingRowsProps) {
  const all = `${datasetPath(versionReference(dataset), 'rows')}?rule=${encodeURIComponent(outcome.rule)}`;
  return (
    <div style={{ padding: '2px 18px 8px' }}>
      {outcome.observed !== null && <Text size="sm">{m.observed(outcome.observed)}</Text>}
      {outcome.firstRows.length > 0 && (
        <>
          <Table w="auto" verticalSpacing={2} aria-label={m.failingRowsTitle(outcome.rule)} className="tabular">
            <Table.Thead>
              <Table.Tr>
                <Table.Th className="num">{m.failingRow}</Table.Th>
                <Table.Th>{m.failingValue}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {outcome.firstRows.map(({ row, value }) => (
                <Table.Tr key={row}>
                  <Table.Td className="num">{formatCount(row)}</Table.Td>
                  <Table.Td className="mono">
                    {value === null ? <i>{m.missingCell}</i> : fullText(value) || m.empty}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {outcome.failed > outcome.firstRows.length && (
            <Anchor component={Link} to={all} size="sm">
              {m.failingAll}
            </Anchor>
          )}
        </>
      )}
    </div>
  );
}
