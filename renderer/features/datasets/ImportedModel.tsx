import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { formatCount } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';

interface ImportedModelProps {
  readonly model: ModelVersion;
  readonly onLeave: () => void;
}

const m = messages.datasets;

/** What became of a dropped ONNX file, and what can be done with it. */
export function ImportedModel({ model, onLeave }: ImportedModelProps) {
  const path = `/models/${encodeURIComponent(model.name)}/${model.version}`;
  const { origin } = model.lineage;
  return (
    <Alert
      variant="default"
      icon={<IconCircleCheck size={20} aria-hidden />}
      title={m.importDone(model.name, model.version)}
    >
      <Stack gap="xs">
        <Text size="sm">
          {origin !== null && m.modelDone(formatCount(origin.nodes), formatCount(origin.parameters))}{' '}
          {model.task === 'tensors' ? m.modelTensors : m.modelScores}
        </Text>
        <Group gap="xs">
          <Button size="xs" component={Link} to={path} onClick={onLeave}>
            {m.modelOpen}
          </Button>
          <Button
            size="xs"
            variant="default"
            component={Link}
            to={`/deploy?model=${encodeURIComponent(versionReference(model))}`}
          >
            {m.modelExport}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
