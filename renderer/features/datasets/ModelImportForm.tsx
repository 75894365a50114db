import { Button, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconDatabaseImport } from '@tabler/icons-react';
import { PixelScaling } from '../../../shared/contract/models.ts';
import { messages } from '../../lib/messages/messages.ts';
import { type ImportItem, importQueue } from './import-queue.ts';

interface ModelImportFormProps {
  readonly item: ImportItem;
}

const m = messages.datasets;
const scalings = PixelScaling.options.map((value) => ({ value, label: m.modelScalings[value] }));

/** Name of a dropped ONNX model, and what its file may not say of it. */
export function ModelImportForm({ item }: ModelImportFormProps) {
  const { key } = item.file;
  const { meaning } = item;
  const isNamed = item.name.trim() !== '';
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {m.modelText}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
        <TextInput
          size="xs"
          label={m.modelName}
          error={isNamed ? undefined : m.importNameMissing}
          value={item.name}
          onKeyDown={(event) => event.key === 'Enter' && void importQueue.start(key)}
          onChange={(event) => importQueue.rename(key, event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          label={m.modelLabels}
          description={m.modelLabelsHint}
          inputWrapperOrder={['label', 'input', 'description']}
          value={meaning.labels}
          onChange={(event) => importQueue.mean(key, { ...meaning, labels: event.currentTarget.value })}
        />
        <TextInput
          size="xs"
          label={m.modelTarget}
          description={m.modelTargetHint}
          inputWrapperOrder={['label', 'input', 'description']}
          placeholder="label"
          value={meaning.target}
          onChange={(event) => importQueue.mean(key, { ...meaning, target: event.currentTarget.value })}
        />
        <TextInput
          size="xs"
          label={m.modelColumns}
          description={m.modelColumnsHint}
          inputWrapperOrder={['label', 'input', 'description']}
          value={meaning.columns}
          onChange={(event) => importQueue.mean(key, { ...meaning, columns: event.currentTarget.value })}
        />
        <Select
          size="xs"
          label={m.modelScaling}
          description={m.modelScalingHint}
          inputWrapperOrder={['label', 'input', 'description']}
          placeholder={m.modelScalingNone}
          clearable
          data={scalings}
          value={meaning.scaling}
          onChange={(value) =>
            importQueue.mean(key, { ...meaning, scaling: PixelScaling.options.find((one) => one === value) ?? null })
          }
        />
      </SimpleGrid>
      <Group>
        <Button
          leftSection={<IconDatabaseImport size={16} aria-hidden />}
          disabled={!isNamed || item.stage.kind !== 'ready'}
          loading={item.stage.kind === 'starting'}
          onClick={() => void importQueue.start(key)}
        >
          {m.importOne}
        </Button>
      </Group>
    </Stack>
  );
}
