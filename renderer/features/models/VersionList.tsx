import { Badge, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { formatDateTime, formatNumber } from '../../lib/format.ts';
import { headlineFirst } from './baseline-distance.ts';
import { modelsMessages } from './messages.ts';
import { modelPath } from './model-reference.ts';

interface VersionListProps {
  readonly model: ModelVersion;
  readonly all: readonly ModelVersion[];
}

/** The versions of a model, newest first, each with its headline figure and aliases. */
export function VersionList({ model, all }: VersionListProps) {
  const versions = all.filter((one) => one.name === model.name).toSorted((a, b) => b.version - a.version);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="versions-title">
      <Title order={3} size="h5" id="versions-title" mb="xs">
        {modelsMessages.versionsTitle}
      </Title>
      <Stack gap="xs" component="ul" className="plain-list">
        {versions.map((version) => {
          const [headline] = headlineFirst(version.metrics);
          return (
            <li key={version.id}>
              <Group justify="space-between" wrap="nowrap">
                <Group gap="xs">
                  {version.id === model.id ? (
                    <Text size="sm" fw={600} aria-current="page">
                      v{version.version}
                    </Text>
                  ) : (
                    <Link to={modelPath(version, 'lineage')}>v{version.version}</Link>
                  )}
                  {version.aliases.map((alias) => (
                    <Badge key={alias} variant="light" size="sm" tt="none">
                      {alias}
                    </Badge>
                  ))}
                </Group>
                <Text size="xs" c="dimmed" className="tabular">
                  {headline && `${metricLabel(headline.name)} ${formatNumber(headline.value)} · `}
                  {formatDateTime(version.createdAt)}
                </Text>
              </Group>
            </li>
          );
        })}
      </Stack>
    </Paper>
  );
}
