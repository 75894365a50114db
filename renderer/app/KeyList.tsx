import { Group, Kbd, Modal, Table, Text } from '@mantine/core';
import { messages } from '../lib/messages/messages.ts';
import { frameKeys } from './frame-keys.ts';
import { showOverlay } from './overlays.ts';

const m = messages.frame;
const others = [
  { keys: ['Esc'], label: m.keyClose },
  { keys: ['Tab'], label: m.keyMove },
];

/** The keys of the frame, from the list that listens to them. */
export function KeyList() {
  return (
    <Modal opened onClose={() => showOverlay('none')} title={m.keysTitle} size="md">
      <Table>
        <Table.Tbody>
          {[...frameKeys, ...others].map(({ keys, label }) => (
            <Table.Tr key={label}>
              <Table.Td>
                <Text size="sm">{label}</Text>
              </Table.Td>
              <Table.Td>
                <Group gap={4} justify="flex-end" wrap="nowrap">
                  {keys.map((key) => (
                    <Kbd key={key} size="xs">
                      {key}
                    </Kbd>
                  ))}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
