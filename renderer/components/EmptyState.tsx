import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly title: string;
  /** What to drop where, or what to do first. */
  readonly text: string;
  readonly action?: ReactNode;
  readonly icon?: ReactNode;
  /** True where nothing else on the page has a title. */
  readonly isWholePage?: boolean;
}

/** A place without content says how to get some. */
export function EmptyState({ title, text, action, icon, isWholePage = false }: EmptyStateProps) {
  return (
    <Stack align="center" gap="xs" py={56} px="md" ta="center">
      {icon}
      <Title order={isWholePage ? 1 : 2} size="h4">
        {title}
      </Title>
      <Text size="sm" c="dimmed" maw={460}>
        {text}
      </Text>
      {action && <div style={{ marginTop: 8 }}>{action}</div>}
    </Stack>
  );
}
