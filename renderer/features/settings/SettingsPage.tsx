import { Grid, Stack } from '@mantine/core';
import { useEffect } from 'react';
import { useLocation } from 'react-router';
import { PageHead } from '../../components/PageHead.tsx';
import { messages } from '../../lib/messages/messages.ts';
import { AppearancePanel } from './AppearancePanel.tsx';
import { AuditPanel } from './AuditPanel.tsx';
import { HealthPanel } from './HealthPanel.tsx';
import { WorkspacePanel } from './WorkspacePanel.tsx';

/** The workspace, the looks, the health of this machine, and the audit log. */
export function SettingsPage() {
  const { hash } = useLocation();
  useEffect(() => {
    if (hash !== '') document.getElementById(hash.slice(1))?.scrollIntoView();
  }, [hash]);
  return (
    <Stack gap="md" maw={1180}>
      <PageHead title={messages.settings.title} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <WorkspacePanel />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <AppearancePanel />
        </Grid.Col>
      </Grid>
      <HealthPanel isAsked={hash === '#health'} />
      <AuditPanel />
    </Stack>
  );
}
