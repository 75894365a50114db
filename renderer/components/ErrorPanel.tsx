import { Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { AppError, fromWire } from '../../shared/errors.ts';
import { messages } from '../lib/messages/messages.ts';
import classes from './error-panel.module.css';

interface ErrorPanelProps {
  /** An error, or its wire shape as a job holds it. */
  readonly error: unknown;
  readonly onRetry?: (() => unknown) | undefined;
  /** A better way on than trying again. */
  readonly action?: ReactNode;
}

const { kept, remedy, retry } = messages.components;

/** What happened, what was kept, what to do next. */
export function ErrorPanel({ error, onRetry, action }: ErrorPanelProps) {
  const shown = error instanceof AppError ? error : fromWire(error);
  return (
    <div className={classes.panel} role="alert">
      <IconAlertTriangle size={20} className={classes.icon} aria-hidden />
      <Stack gap={4} flex={1} miw={0}>
        <Text fw={600} className={classes.text}>
          {shown.message}
        </Text>
        {shown.remedy && (
          <Text size="sm" className={classes.text}>
            {remedy}: {shown.remedy}
          </Text>
        )}
        {shown.kept && (
          <Text size="sm" c="dimmed" className={classes.text}>
            {kept}: {shown.kept}
          </Text>
        )}
        <Text size="xs" c="dimmed" className="mono">
          {shown.code}
        </Text>
      </Stack>
      {onRetry && (
        <Group gap="xs">
          {action}
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={14} aria-hidden />}
            onClick={() => onRetry()}
          >
            {retry}
          </Button>
        </Group>
      )}
    </div>
  );
}
