import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDeviceFloppy, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { SchemaDocument, SchemaVersion } from '../../../shared/contract/validation.ts';
import { versionReference } from '../../../shared/ids.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { queries } from '../../lib/api.ts';
import { formatDateTime } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import { SchemaChanges } from './SchemaChanges.tsx';
import type { SchemaChange } from './schema-difference.ts';
import { setDraft } from './schema-drafts.ts';

interface SchemaToolbarProps {
  readonly dataset: DatasetVersion;
  readonly saved: SchemaVersion | null;
  readonly document: SchemaDocument;
  readonly changes: readonly SchemaChange[];
  readonly inferButton: ReactNode;
  readonly isValidating: boolean;
  readonly onValidate: (environment: string | null) => void;
}

const m = messages.datasets;

/** Which schema this is, what is not saved yet, and what can be done with it. */
export function SchemaToolbar({
  dataset,
  saved,
  document,
  changes,
  inferButton,
  isValidating,
  onValidate,
}: SchemaToolbarProps) {
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const [note, setNote] = useState('');
  const [environment, setEnvironment] = useState<string | null>(null);
  const environments = [...new Set(document.rules.flatMap((rule) => rule.environments))];
  const save = useMutation(
    queries.validation.setSchema.mutationOptions({
      onSuccess: async ({ version }) => {
        await client.invalidateQueries({ queryKey: queries.validation.key() });
        setDraft(dataset.name, undefined);
        setAsking(false);
        setNote('');
        notifications.show({ message: m.schemaSaved(version) });
      },
    }),
  );
  const keep = () =>
    save.mutate({ dataset: versionReference(dataset), document, note: note.trim() === '' ? null : note.trim() });
  const isChanged = changes.length > 0;
  return (
    <Group justify="space-between" gap="sm">
      <Text size="sm" c="dimmed" aria-live="polite">
        {saved === null ? m.schemaInferred : m.schemaVersion(saved.version, formatDateTime(saved.createdAt))}
        {saved !== null && saved.note !== null && ` · ${saved.note}`}
        {saved !== null && isChanged && (
          <Text span fw={600} c="var(--mantine-color-text)" inherit>
            {` · ${m.schemaUnsaved(changes.length)}`}
          </Text>
        )}
      </Text>
      <Group gap="xs">
        {environments.length > 0 && (
          <Select
            size="xs"
            w={170}
            aria-label={m.environment}
            placeholder={m.environmentAll}
            clearable
            data={environments}
            value={environment}
            onChange={setEnvironment}
          />
        )}
        {inferButton}
        {isChanged && saved !== null && (
          <Button size="xs" variant="default" onClick={() => setDraft(dataset.name, undefined)}>
            {m.schemaDiscard}
          </Button>
        )}
        <Button
          size="xs"
          variant={isChanged ? 'filled' : 'default'}
          disabled={!isChanged}
          leftSection={<IconDeviceFloppy size={14} aria-hidden />}
          onClick={() => (saved === null ? keep() : setAsking(true))}
          loading={save.isPending}
        >
          {m.schemaSave}
        </Button>
        <Button
          size="xs"
          variant={isChanged ? 'default' : 'filled'}
          loading={isValidating}
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          onClick={() => onValidate(environment)}
        >
          {isChanged ? m.validateUnsaved : m.validate}
        </Button>
      </Group>
      <Modal opened={isAsking} onClose={() => setAsking(false)} title={m.schemaSave} size="lg">
        <Stack gap="sm">
          <SchemaChanges changes={changes} />
          <TextInput
            label={m.schemaNote}
            placeholder={m.schemaNotePlaceholder}
            value={note}
            data-autofocus
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {save.error && <ErrorPanel error={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)}>
              {m.cancel}
            </Button>
            <Button loading={save.isPending} onClick={keep}>
              {m.schemaSave}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}
