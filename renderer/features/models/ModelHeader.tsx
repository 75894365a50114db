import { Badge, Button, Group, Menu, Text, Title } from '@mantine/core';
import { IconAdjustments, IconChevronDown, IconStack } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { BackLink } from '../../components/BackLink.tsx';
import { canGoOn } from '../../lib/can-go-on.ts';
import { modelsMessages } from './messages.ts';
import { modelQuestion } from './model-reference.ts';
import { modelSource } from './model-source.ts';

/** Where a model can be trained from: on, or anew as it was asked. Nothing for one that can neither. */
function TrainMenu({ model }: { readonly model: ModelVersion }) {
  const { lineage, name, version } = model;
  const canFineTune = canGoOn(model);
  const canTrainAgain = lineage.origin === null;
  if (!canFineTune && !canTrainAgain) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
          {modelsMessages.trainMenu}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {canFineTune && (
          <Menu.Item
            component={Link}
            to={`/train?${new URLSearchParams({ from: `${name}@${version}` })}`}
            leftSection={<IconStack size={16} aria-hidden />}
          >
            {modelsMessages.trainFineTune}
          </Menu.Item>
        )}
        {canTrainAgain && (
          <Menu.Item
            component={Link}
            to={`/train?${new URLSearchParams({ again: lineage.jobId })}`}
            leftSection={<IconAdjustments size={16} aria-hidden />}
          >
            {modelsMessages.trainChanged}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** What a version is called, what it predicts, and where to go with it. */
export function ModelHeader({ model }: { readonly model: ModelVersion }) {
  const reference = encodeURIComponent(versionReference(model));
  return (
    <Group justify="space-between" align="flex-start">
      <div>
        <BackLink to="/models" label={modelsMessages.back} />
        <Group gap="sm" align="center">
          <Title order={1} size="h3">
            {model.name} v{model.version}
          </Title>
          {model.aliases.map((alias) => (
            <Badge key={alias} variant="light" tt="none">
              {alias}
            </Badge>
          ))}
        </Group>
        <Text size="sm" c="dimmed">
          {modelsMessages.predicts(modelQuestion(model))} · {model.algorithm} · {modelSource(model.lineage)}
        </Text>
      </div>
      <Group gap="xs">
        <TrainMenu model={model} />
        <Button component={Link} to={`/monitor?model=${reference}`} variant="default">
          {modelsMessages.monitor}
        </Button>
        <Button component={Link} to={`/deploy?model=${reference}`}>
          {modelsMessages.deploy}
        </Button>
      </Group>
    </Group>
  );
}
