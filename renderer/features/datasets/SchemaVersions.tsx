import { Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SchemaDocument } from '../../../shared/contract/validation.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { formatDateTime } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import { SchemaChanges } from './SchemaChanges.tsx';
import { schemaDifference } from './schema-difference.ts';

interface SchemaVersionsProps {
  readonly dataset: string;
  /** What is on screen: the other side of the difference. */
  readonly document: SchemaDocument;
}

const m = messages.datasets;

/** The saved versions of a schema, and what has changed since one of them. */
export function SchemaVersions({ dataset, document }: SchemaVersionsProps) {
  const versions = useQuery(queries.validation.schemaVersions.queryOptions({ input: { dataset } }));
  const [chosen, setChosen] = useState<string | null>(null);
  if (versions.error) return <ErrorPanel error={versions.error} onRetry={() => versions.refetch()} />;
  if (versions.data === undefined) return <LateSkeleton lines={4} />;
  const newestFirst = versions.data.toSorted((a, b) => b.version - a.version);
  const shown = newestFirst.find((one) => String(one.version) === chosen) ?? newestFirst[1] ?? newestFirst[0];
  if (shown === undefined) return null;
  return (
    <Stack gap="xs">
      <Select
        size="xs"
        w={420}
        label={m.schemaCompareWith}
        allowDeselect={false}
        value={String(shown.version)}
        data={newestFirst.map((one) => ({
          value: String(one.version),
          label: [m.schemaVersion(one.version, formatDateTime(one.createdAt)), one.note].filter(Boolean).join(' · '),
        }))}
        onChange={setChosen}
      />
      <SchemaChanges changes={schemaDifference(shown.document, document)} />
    </Stack>
  );
}
