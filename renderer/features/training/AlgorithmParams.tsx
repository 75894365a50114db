import { Button, Collapse, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { ParamInfo } from '../../../shared/contract/param-info.ts';
import { trainingMessages } from './messages.ts';
import { ParamInput } from './ParamInput.tsx';

interface AlgorithmParamsProps {
  readonly params: readonly ParamInfo[];
  /** Those that differ from the defaults. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly onChange: (values: Readonly<Record<string, unknown>>) => void;
}

/** The parameters an algorithm's record names: the basic ones in sight, the others folded away. */
export function AlgorithmParams({ params, values, onChange }: AlgorithmParamsProps) {
  const [isOpen, { toggle }] = useDisclosure(false);
  // Boxes that hold half-typed text start anew with the defaults.
  const [generation, setGeneration] = useState(0);
  const basic = params.filter((param) => param.isAdvanced !== true);
  const advanced = params.filter((param) => param.isAdvanced === true);
  const changed = advanced.filter((param) => param.name in values).length;
  const inputs = (shown: readonly ParamInfo[]) => (
    <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="sm">
      {shown.map((param) => (
        <ParamInput
          key={`${param.name} ${generation}`}
          param={param}
          value={param.name in values ? values[param.name] : param.default}
          onChange={(value) => onChange({ ...values, [param.name]: value })}
        />
      ))}
    </SimpleGrid>
  );
  const Fold = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <Stack gap="xs">
      {basic.length > 0 && inputs(basic)}
      <Group gap="xs">
        {advanced.length > 0 && (
          <Button
            size="xs"
            variant="subtle"
            px={4}
            leftSection={<Fold size={14} aria-hidden />}
            aria-expanded={isOpen}
            onClick={toggle}
          >
            {trainingMessages.advanced(advanced.length)}
          </Button>
        )}
        {!isOpen && changed > 0 && (
          <Text size="xs" c="dimmed">
            {trainingMessages.advancedChanged(changed)}
          </Text>
        )}
        {Object.keys(values).length > 0 && (
          <Button
            size="xs"
            variant="subtle"
            onClick={() => {
              setGeneration(generation + 1);
              onChange({});
            }}
          >
            {trainingMessages.advancedReset}
          </Button>
        )}
      </Group>
      {advanced.length > 0 && <Collapse expanded={isOpen}>{inputs(advanced)}</Collapse>}
    </Stack>
  );
}
