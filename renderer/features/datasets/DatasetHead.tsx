import { Anchor, Button, Group, List, Popover, Select, Text, Title } from '@mantine/core';
import { IconActivityHeartbeat, IconAlertCircle, IconRoute } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import { versionReference } from '../../../shared/ids.ts';
import { BackLink } from '../../components/BackLink.tsx';
import { formatBytes, formatCount, formatDateTime } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import { datasetPath } from './dataset-path.ts';
import classes from './datasets.module.css';

interface DatasetHeadProps {
  readonly dataset: DatasetVersion;
  readonly versions: readonly DatasetVersion[];
  readonly onVersion: (version: number) => void;
}

const m = messages.datasets;

/** What the import noticed, behind one line. */
function ImportWarnings({ dataset }: Pick<DatasetHeadProps, 'dataset'>) {
  return (
    <Popover position="bottom-start" width={460} shadow="md">
      <Popover.Target>
        <Button size="compact-xs" variant="default" leftSection={<IconAlertCircle size={13} aria-hidden />}>
          {m.warnings(dataset.warnings.length)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown mah={360} style={{ overflow: 'auto' }}>
        <List size="sm" spacing={4}>
          {dataset.warnings.map((warning) => (
            <List.Item key={`${warning.code}-${warning.column ?? ''}-${String(warning.line ?? '')}`}>
              {warning.message}
            </List.Item>
          ))}
        </List>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Name, version, size, origin; and where to go from here. */
export function DatasetHead({ dataset, versions, onVersion }: DatasetHeadProps) {
  const reference = encodeURIComponent(versionReference(dataset));
  const { fileName, format, sizeBytes } = dataset.source;
  return (
    <Group justify="space-between" align="flex-start" gap="sm" className={classes.head}>
      <div style={{ minWidth: 0 }}>
        <BackLink to="/data" label={m.back} />
        <Group gap="sm">
          <Title order={1} size="h3">
            {dataset.name}
          </Title>
          <Select
            size="xs"
            w={244}
            aria-label={m.version}
            allowDeselect={false}
            value={String(dataset.version)}
            data={versions.map((one) => ({
              value: String(one.version),
              label: m.versionLabel(one.version, formatDateTime(one.createdAt)),
            }))}
            onChange={(version) => version !== null && onVersion(Number(version))}
          />
        </Group>
        <Group gap="xs" mt={2}>
          <Text size="sm" c="dimmed" className="tabular" title={`${m.factHash}: ${dataset.hash}`}>
            {m.sizeOf(formatCount(dataset.rows), formatCount(dataset.columns.length))}
            {' · '}
            {m.factFrom(fileName, m.format[format], formatBytes(sizeBytes))}
            {dataset.note !== null && ` · ${dataset.note}`}
          </Text>
          {dataset.warnings.length > 0 && <ImportWarnings dataset={dataset} />}
          {dataset.quarantined > 0 && (
            <Anchor component={Link} size="sm" to={`${datasetPath(versionReference(dataset), 'rows')}?view=quarantine`}>
              {m.quarantinedLink(formatCount(dataset.quarantined))}
            </Anchor>
          )}
        </Group>
      </div>
      <Group gap="xs" wrap="nowrap" flex="none">
        <Button
          component={Link}
          to={`/monitor?current=${reference}`}
          variant="default"
          leftSection={<IconActivityHeartbeat size={16} aria-hidden />}
        >
          {m.compare}
        </Button>
        <Button component={Link} to={`/train?dataset=${reference}`} leftSection={<IconRoute size={16} aria-hidden />}>
          {m.train}
        </Button>
      </Group>
    </Group>
  );
}
