import { Alert, Button, Group, List, Stack, Text, TextInput } from '@mantine/core';
import { IconDatabaseImport, IconInfoCircle } from '@tabler/icons-react';
import type { ImportPreview } from '../../../shared/contract/datasets.ts';
import { messages } from '../../lib/messages/messages.ts';
import { ImportOptionsForm } from './ImportOptionsForm.tsx';
import { ImportPreviewTable } from './ImportPreviewTable.tsx';
import { type ImportItem, importQueue } from './import-queue.ts';

interface ImportFormProps {
  readonly item: ImportItem;
  readonly preview: ImportPreview;
  readonly nextVersion: number;
  /** A look or a start is under way. */
  readonly isBusy: boolean;
}

const m = messages.datasets;

/** The name, how the file is read, the first rows as they will be, and the start of the import. */
export function ImportForm({ item, preview, nextVersion, isBusy }: ImportFormProps) {
  const { key } = item.file;
  const noteId = `${key}-note`;
  const isNamed = item.name.trim() !== '';
  return (
    <Stack gap="sm">
      <Group align="flex-end" gap="sm">
        <TextInput
          label={m.importName}
          aria-describedby={noteId}
          error={!isNamed}
          value={item.name}
          w={320}
          onKeyDown={(event) => event.key === 'Enter' && void importQueue.start(key)}
          onChange={(event) => importQueue.rename(key, event.currentTarget.value)}
        />
        <Button
          leftSection={<IconDatabaseImport size={16} aria-hidden />}
          disabled={!isNamed}
          loading={item.stage.kind === 'starting'}
          onClick={() => void importQueue.start(key)}
        >
          {m.importOne}
        </Button>
      </Group>
      <Text size="xs" id={noteId} mt={-8} c={isNamed ? 'dimmed' : 'var(--mantine-color-error)'}>
        {!isNamed ? m.importNameMissing : nextVersion > 1 ? m.importNameNext(nextVersion) : m.importNameNew}
      </Text>
      {preview.format === 'csv' && (
        <ImportOptionsForm
          found={preview.options}
          chosen={item.options}
          onChange={(options) => importQueue.choose(key, options)}
        />
      )}
      {preview.warnings.length > 0 && (
        <Alert
          variant="light"
          color="gray"
          icon={<IconInfoCircle size={18} aria-hidden />}
          title={m.importWarnings(preview.warnings.length)}
        >
          <List size="sm">
            {preview.warnings.map((warning) => (
              <List.Item key={`${warning.code}-${warning.column ?? ''}-${String(warning.line ?? '')}`}>
                {warning.message}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <ImportPreviewTable
        preview={preview}
        types={item.options.types ?? {}}
        isStale={isBusy}
        onTypes={(types) => importQueue.choose(key, withTypes(item.options, types))}
      />
    </Stack>
  );
}

function withTypes(
  { types: _, ...others }: ImportItem['options'],
  types: NonNullable<ImportItem['options']['types']>,
): ImportItem['options'] {
  return Object.keys(types).length === 0 ? others : { ...others, types };
}
