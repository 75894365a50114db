import { Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface PageHeadProps {
  readonly title: string;
  /** A quiet figure beside the title. */
  readonly aside?: string | undefined;
  readonly actions?: ReactNode;
}

/** The head of a place: its name, a figure, what can be done. */
export function PageHead({ title, aside, actions }: PageHeadProps) {
  return (
    <Group justify="space-between" gap="sm" mih={36}>
      <Group gap="sm" align="baseline">
        <Title order={1} size="h3">
          {title}
        </Title>
        {aside !== undefined && (
          <Text size="sm" c="dimmed" className="tabular">
            {aside}
          </Text>
        )}
      </Group>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
