import { Button, Stack, Text, Title } from '@mantine/core';
import { IconDatabaseImport, IconFolderOpen } from '@tabler/icons-react';
import { messages } from '../../lib/messages/messages.ts';
import { useOpenFiles } from '../../lib/use-open-files.ts';
import classes from './start.module.css';

const m = messages.start;

/** Where data come in. The whole window takes a drop; this is the place that says so. */
export function DropZone() {
  const { ask } = useOpenFiles();
  return (
    <section className={classes.zone} aria-labelledby="drop-title">
      <Stack align="center" gap="xs" ta="center">
        <IconDatabaseImport size={44} stroke={1.2} className={classes.icon} aria-hidden />
        <Title order={2} id="drop-title">
          {m.dropTitle}
        </Title>
        <Text size="sm" c="dimmed" maw={380}>
          {m.dropText}
        </Text>
        <Button mt="xs" leftSection={<IconFolderOpen size={16} aria-hidden />} onClick={() => void ask()}>
          {m.openFile}
        </Button>
      </Stack>
    </section>
  );
}
