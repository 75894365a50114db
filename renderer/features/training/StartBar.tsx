import { Button, Group, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { trainingMessages } from './messages.ts';
import classes from './training.module.css';

interface StartBarProps {
  /** What is missing, or what is about to be learnt. */
  readonly says: string;
  /** The columns are still looked at. */
  readonly isWaiting: boolean;
  readonly isStarting: boolean;
  readonly onStart: () => void;
  readonly onClear: () => void;
}

/** The end of the form, always in sight: what is missing, and the button. */
export function StartBar({ says, isWaiting, isStarting, onStart, onClear }: StartBarProps) {
  return (
    <Group justify="flex-end" className={classes.start}>
      <Text size="sm" c="dimmed" aria-live="polite">
        {says}
      </Text>
      <Button variant="subtle" size="sm" onClick={onClear}>
        {trainingMessages.startForm}
      </Button>
      <Button
        size="md"
        leftSection={<IconPlayerPlay size={18} aria-hidden />}
        disabled={isWaiting}
        loading={isStarting}
        onClick={onStart}
      >
        {trainingMessages.start}
      </Button>
    </Group>
  );
}
