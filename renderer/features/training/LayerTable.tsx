import { Button, Checkbox, Group, ScrollArea, Stack, Table, Text } from '@mantine/core';
import type { StartingPoint } from '../../../shared/contract/starting-point.ts';
import { formatCount } from '../../lib/format.ts';
import { trainingMessages as m } from './messages.ts';

interface LayerTableProps {
  readonly point: StartingPoint;
  /** Names of the layers that are trained on. */
  readonly tuned: readonly string[];
  readonly onChange: (tuned: readonly string[]) => void;
}

const MOST_HEIGHT = 260;

/** The layers of a model, the first one first, and which of them are trained on; after them comes the new head. */
export function LayerTable({ point: { layers }, tuned, onChange }: LayerTableProps) {
  const isTuned = new Set(tuned);
  const trained = layers.filter(({ name }) => isTuned.has(name));
  const weights = trained.reduce((sum, layer) => sum + layer.weights, 0);
  const set = (name: string, isOne: boolean) => {
    // In the order of the model, whatever order they were chosen in.
    onChange(layers.flatMap((layer) => ((layer.name === name ? isOne : isTuned.has(layer.name)) ? [layer.name] : [])));
  };
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Text size="xs" fw={600}>
          {m.startLayers}
        </Text>
        <Group gap={4}>
          <Button size="compact-xs" variant="default" disabled={trained.length === 0} onClick={() => onChange([])}>
            {m.startNone}
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            disabled={trained.length === layers.length}
            onClick={() => onChange(layers.map(({ name }) => name))}
          >
            {m.startAll}
          </Button>
        </Group>
      </Group>
      <ScrollArea.Autosize
        mah={MOST_HEIGHT}
        viewportProps={{ tabIndex: 0, 'aria-label': m.startLayers, role: 'group' }}
      >
        <Table stickyHeader verticalSpacing={3}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={56}>{m.startTrained}</Table.Th>
              <Table.Th>{m.startLayer}</Table.Th>
              <Table.Th w={90}>{m.startOperator}</Table.Th>
              <Table.Th w={90} ta="right">
                {m.startWeights}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {layers.map((layer) => (
              <Table.Tr key={layer.name}>
                <Table.Td>
                  <Checkbox
                    size="xs"
                    aria-label={m.startTrainLayer(layer.name)}
                    checked={isTuned.has(layer.name)}
                    onChange={(event) => set(layer.name, event.currentTarget.checked)}
                  />
                </Table.Td>
                <Table.Td className="clip" maw={0} title={layer.name}>
                  <Text size="xs" span>
                    {layer.name}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Text size="xs" c="dimmed">
                    {layer.operator}
                  </Text>
                </Table.Td>
                <Table.Td ta="right" className="tabular">
                  <Text size="xs">{formatCount(layer.weights)}</Text>
                </Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr>
              <Table.Td>
                <Checkbox size="xs" aria-label={m.startTrainLayer(m.startHead)} checked disabled readOnly />
              </Table.Td>
              <Table.Td colSpan={3}>
                <Text size="xs">
                  {m.startHead}{' '}
                  <Text span size="xs" c="dimmed">
                    {m.startHeadText}
                  </Text>
                </Text>
              </Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      <Text size="xs" c="dimmed" aria-live="polite">
        {m.startSays(formatCount(trained.length), formatCount(layers.length), formatCount(weights))}
      </Text>
    </Stack>
  );
}
