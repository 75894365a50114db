import { ActionIcon, Code, CopyButton, Group, Paper, Table, Text, Title, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { ModelOrigin, ModelVersion } from '../../../shared/contract/models.ts';
import { MoreButton } from '../../components/MoreButton.tsx';
import { useMore } from '../../components/use-more.ts';
import { formatBytes, formatCount, formatDateTime, formatDuration } from '../../lib/format.ts';
import { modelsMessages } from './messages.ts';
import { modelSource } from './model-source.ts';

interface LineageFactsProps {
  readonly model: ModelVersion;
}

function Hash({ value, label }: { readonly value: string; readonly label: string }) {
  return (
    <Group gap={4} wrap="nowrap">
      <Code title={value}>{value.slice(0, 16)}…</Code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? modelsMessages.copied : modelsMessages.copy}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              onClick={copy}
              aria-label={`${modelsMessages.copy} ${label}`}
            >
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  );
}

/** A model of thousands of inputs is not read at once. */
const STEP = 80;

/** Of a model that was made elsewhere. */
function originFacts(origin: ModelOrigin | null): readonly (readonly [string, ReactNode])[] {
  if (origin === null) return [];
  return [
    [modelsMessages.lineageFile, `${origin.fileName} (${formatBytes(origin.sizeBytes)})`],
    [modelsMessages.lineageHash, <Hash key="file" value={origin.sha256} label={modelsMessages.lineageHash} />],
    [modelsMessages.lineageProducer, origin.producer === '' ? modelsMessages.lineageUnknown : origin.producer],
    [modelsMessages.lineageGraph, modelsMessages.lineageGraphOf(origin)],
    ...(origin.description === '' ? [] : [[modelsMessages.lineageDescription, origin.description] as const]),
  ];
}

/** How a model was trained here. */
function trainingFacts(lineage: ModelVersion['lineage']): readonly (readonly [string, ReactNode])[] {
  return [
    [modelsMessages.lineageSplit, lineage.split],
    [modelsMessages.lineageAlgorithm, lineage.algorithm],
    [modelsMessages.lineageSeed, String(lineage.seed)],
    [
      modelsMessages.lineageParams,
      <Group gap={6} key="params">
        {Object.entries(lineage.params)
          .filter(([, value]) => value !== '' && value !== null)
          .map(([name, value]) => (
            <Code key={name} className="breakable">
              {name}: {typeof value === 'string' ? value : JSON.stringify(value)}
            </Code>
          ))}
      </Group>,
    ],
  ];
}

/** Everything a version can be traced to: data, code, parameters, seed, environment. */
export function LineageFacts({ model }: LineageFactsProps) {
  const { lineage } = model;
  const { environment } = lineage;
  const { shown, rest, showMore } = useMore(model.inputs, STEP);
  const facts: readonly (readonly [string, ReactNode])[] = [
    ...(lineage.dataset === null || lineage.datasetHash === null
      ? originFacts(lineage.origin)
      : ([
          [
            modelsMessages.lineageDataset,
            <Link key="dataset" to={`/data/${encodeURIComponent(lineage.dataset)}@${lineage.datasetVersion}`}>
              {modelSource(lineage)}
            </Link>,
          ],
          [
            modelsMessages.lineageHash,
            <Hash key="data" value={lineage.datasetHash} label={modelsMessages.lineageHash} />,
          ],
        ] as const)),
    ...(lineage.origin === null ? trainingFacts(lineage) : []),
    [modelsMessages.lineageCode, lineage.codeVersion],
    [
      modelsMessages.lineageEnvironment,
      `${modelsMessages.lineageNode} ${environment.node}, ${modelsMessages.lineageRuntime} ${environment.onnxRuntime}, ${environment.provider}, ${environment.platform}, ${modelsMessages.lineageThreads} ${environment.threads}`,
    ],
    [modelsMessages.lineageModelHash, <Hash key="model" value={model.hash} label={modelsMessages.lineageModelHash} />],
    [modelsMessages.columnSize, formatBytes(model.sizeBytes)],
    [
      lineage.origin === null ? modelsMessages.lineageTrained : modelsMessages.lineageImported,
      formatDateTime(model.createdAt),
    ],
    ...(lineage.origin === null
      ? [[modelsMessages.lineageSeconds, formatDuration(model.seconds * 1000)] as const]
      : []),
    [
      lineage.origin === null ? modelsMessages.lineageJob : modelsMessages.lineageImportJob,
      <Link key="job" to={`/jobs/${lineage.jobId}`}>
        {lineage.jobId}
      </Link>,
    ],
  ];
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="lineage-title">
      <Title order={3} size="h5" id="lineage-title" mb="xs">
        {modelsMessages.lineageTitle}
      </Title>
      <Table variant="vertical" withRowBorders={false} layout="fixed">
        <Table.Tbody>
          {facts.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w={180}>{name}</Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" fw={600} mt="md" mb={4}>
        {modelsMessages.lineageInputs(formatCount(model.inputs.length))}
      </Text>
      <Group gap={6}>
        {shown.map((input) => (
          <Code key={input.name} className="breakable">
            {input.name}: {input.type}
          </Code>
        ))}
      </Group>
      <MoreButton rest={rest} onMore={showMore} />
    </Paper>
  );
}
