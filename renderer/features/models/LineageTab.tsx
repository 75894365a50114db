import { Grid, Stack } from '@mantine/core';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { AliasPanel } from './AliasPanel.tsx';
import { AuditPanel } from './AuditPanel.tsx';
import { LineageFacts } from './LineageFacts.tsx';
import { ReproducePanel } from './ReproducePanel.tsx';
import { VersionList } from './VersionList.tsx';

interface LineageTabProps {
  readonly model: ModelVersion;
  readonly all: readonly ModelVersion[];
}

/** Where a version comes from, what points at it, and what happened to it. */
export function LineageTab({ model, all }: LineageTabProps) {
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Stack gap="md">
          <LineageFacts model={model} />
          {model.lineage.origin === null && <ReproducePanel key={model.id} model={model} />}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack gap="md">
          <AliasPanel model={model} all={all} />
          <VersionList model={model} all={all} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={12}>
        <AuditPanel subject={versionReference(model)} />
      </Grid.Col>
    </Grid>
  );
}
