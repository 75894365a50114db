import { Anchor, Badge, Group, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { MoreButton } from '../../components/MoreButton.tsx';
import { useMore } from '../../components/use-more.ts';
import { formatBounds, formatBytes, formatDateTime, formatNumber } from '../../lib/format.ts';
import { headlineFirst } from './baseline-distance.ts';
import { modelsMessages } from './messages.ts';
import { modelPath, modelQuestion, sortModels } from './model-reference.ts';
import { modelSource } from './model-source.ts';

interface ModelsTableProps {
  readonly models: readonly ModelVersion[];
}

const STEP = 100;

function Headline({ model }: { readonly model: ModelVersion }) {
  const [metric] = headlineFirst(model.metrics);
  if (metric === undefined) return modelsMessages.notAvailable;
  const hasInterval = metric.lower !== null && metric.upper !== null;
  return (
    <>
      <Text span size="sm" fw={600} className="tabular" title={String(metric.value)}>
        {formatNumber(metric.value)}
      </Text>{' '}
      <Text span size="xs" c="dimmed" className="tabular nowrap">
        {metricLabel(metric.name)}
        {hasInterval && ` (${modelsMessages.interval(...formatBounds(metric.lower, metric.upper))})`}
      </Text>
    </>
  );
}

/** Every version of every model, a row each. */
export function ModelsTable({ models }: ModelsTableProps) {
  const { shown, rest, showMore } = useMore(sortModels(models), STEP);
  return (
    <>
      <Table.ScrollContainer minWidth={860}>
        <Table highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{modelsMessages.columnModel}</Table.Th>
              <Table.Th>{modelsMessages.columnAliases}</Table.Th>
              <Table.Th>{modelsMessages.columnQuestion}</Table.Th>
              <Table.Th>{modelsMessages.columnHeadline}</Table.Th>
              <Table.Th>{modelsMessages.columnAlgorithm}</Table.Th>
              <Table.Th>{modelsMessages.columnDataset}</Table.Th>
              <Table.Th>{modelsMessages.columnTrained}</Table.Th>
              <Table.Th ta="right">{modelsMessages.columnSize}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((model) => (
              <Table.Tr key={model.id}>
                <Table.Td>
                  <Anchor component={Link} to={modelPath(model)} fw={600} size="sm" className="nowrap">
                    {model.name} v{model.version}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  <Group gap={4} wrap="nowrap">
                    {model.aliases.map((alias) => (
                      <Badge key={alias} variant="light" size="sm" tt="none" miw="max-content">
                        {alias}
                      </Badge>
                    ))}
                  </Group>
                </Table.Td>
                <Table.Td className="nowrap">{modelQuestion(model)}</Table.Td>
                <Table.Td>
                  <Headline model={model} />
                </Table.Td>
                <Table.Td>{model.algorithm}</Table.Td>
                <Table.Td className="nowrap">{modelSource(model.lineage)}</Table.Td>
                <Table.Td className="tabular nowrap">{formatDateTime(model.createdAt)}</Table.Td>
                <Table.Td ta="right" className="tabular nowrap">
                  {formatBytes(model.sizeBytes)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <MoreButton rest={rest} onMore={showMore} />
    </>
  );
}
