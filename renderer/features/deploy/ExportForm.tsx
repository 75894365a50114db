import {
  Button,
  Checkbox,
  Group,
  Paper,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { IconFolder, IconPackageExport } from '@tabler/icons-react';
import { useState } from 'react';
import { Bundle, type ExportTargetInfo } from '../../../shared/contract/bundles.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { JobPanel } from '../../components/JobPanel.tsx';
import { queries } from '../../lib/api.ts';
import { host } from '../../lib/host.ts';
import { useStartedJob } from '../../lib/use-started-job.ts';
import { deployMessages } from './messages.ts';

interface ExportFormProps {
  readonly models: readonly ModelVersion[];
  readonly targets: readonly ExportTargetInfo[];
  /** The model the form opens on, by name@version. */
  readonly initial: string | null;
  /** Called with the bundle when it is there. */
  readonly onExported: (bundle: Bundle) => void;
}

/** Model, targets, form and place of a bundle; exports and verifies. */
export function ExportForm({ models, targets, initial, onExported }: ExportFormProps) {
  const names = models.map(versionReference);
  const [model, setModel] = useState<string | null>(
    initial !== null && names.includes(initial) ? initial : (names[0] ?? null),
  );
  const [chosen, setChosen] = useState<readonly string[]>(['oip']);
  const [isZip, setZip] = useState(false);
  const [folder, setFolder] = useState('');
  const run = useStartedJob(queries.bundles.export, {
    onSucceeded: (job) => {
      const exported = Bundle.safeParse(job.result);
      if (exported.success) onExported(exported.data);
    },
  });
  const { chooseFolder } = host();
  const gap = model === null ? deployMessages.gapModel : chosen.length === 0 ? deployMessages.gapTargets : '';
  const start = () => {
    if (model === null) return;
    run.start({ model, isZip, targets: [...chosen], ...(folder.trim() === '' ? {} : { out: folder.trim() }) });
  };
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="export-title">
      <Stack gap="sm">
        <Title order={2} size="h5" id="export-title">
          {deployMessages.exportTitle}
        </Title>
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <Stack gap="sm">
            <Select
              label={deployMessages.model}
              placeholder={deployMessages.modelPlaceholder}
              data={names}
              value={model}
              searchable
              allowDeselect={false}
              onChange={setModel}
            />
            <Group gap="sm" align="flex-end" wrap="nowrap">
              <TextInput
                label={deployMessages.folder}
                placeholder={deployMessages.folderHint}
                flex={1}
                value={folder}
                onChange={(event) => setFolder(event.currentTarget.value)}
              />
              {chooseFolder && (
                <Button
                  variant="default"
                  leftSection={<IconFolder size={16} aria-hidden />}
                  onClick={async () => setFolder((await chooseFolder()) ?? folder)}
                >
                  {deployMessages.chooseFolder}
                </Button>
              )}
            </Group>
            <SegmentedControl
              aria-label={deployMessages.format}
              data={[
                { value: 'folder', label: deployMessages.formatFolder },
                { value: 'zip', label: deployMessages.formatZip },
              ]}
              value={isZip ? 'zip' : 'folder'}
              onChange={(value) => setZip(value === 'zip')}
            />
          </Stack>
          <Checkbox.Group label={deployMessages.targets} value={[...chosen]} onChange={setChosen}>
            <Stack gap="xs" mt="xs">
              {targets.map((target) => (
                <Checkbox
                  key={target.target}
                  value={target.target}
                  label={target.label}
                  description={target.description}
                />
              ))}
            </Stack>
          </Checkbox.Group>
        </SimpleGrid>
        <Group justify="flex-end">
          <Text size="sm" c="dimmed" aria-live="polite">
            {gap}
          </Text>
          <Button
            leftSection={<IconPackageExport size={16} aria-hidden />}
            disabled={gap !== '' || run.isRunning}
            loading={run.isStarting}
            onClick={start}
          >
            {deployMessages.run}
          </Button>
        </Group>
        <JobPanel run={run} />
      </Stack>
    </Paper>
  );
}
