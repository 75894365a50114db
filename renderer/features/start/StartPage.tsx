import { Grid, Stack, Text, Title } from '@mantine/core';
import { messages } from '../../lib/messages/messages.ts';
import { DropZone } from './DropZone.tsx';
import { RecentThings } from './RecentThings.tsx';
import { RecentWorkspaces } from './RecentWorkspaces.tsx';
import { SamplePanel } from './SamplePanel.tsx';

const m = messages.start;

/** What this is in one line, a way in for data, and the sample project. */
export function StartPage() {
  return (
    <Stack gap="lg" maw={1180} mx="auto" pt="md">
      <div>
        <Title order={1}>{m.title}</Title>
        <Text size="lg" c="dimmed">
          {m.line}
        </Text>
      </div>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <DropZone />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <SamplePanel />
        </Grid.Col>
      </Grid>
      <RecentThings />
      <RecentWorkspaces />
    </Stack>
  );
}
