import { Button, Group, Stack } from '@mantine/core';
import { IconChecklist, IconWand } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import { versionReference } from '../../../shared/ids.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { api, queries } from '../../lib/api.ts';
import { messages } from '../../lib/messages/messages.ts';
import { SchemaEditor } from './SchemaEditor.tsx';
import { setDraft, useDraft } from './schema-drafts.ts';

interface SchemaTabProps {
  readonly dataset: DatasetVersion;
}

const m = messages.datasets;

/** The schema of a dataset: inferred, edited, saved in versions, and held against the rows. */
export function SchemaTab({ dataset }: SchemaTabProps) {
  const input = { dataset: versionReference(dataset) };
  const schema = useQuery(queries.validation.schema.queryOptions({ input }));
  const kinds = useQuery(queries.validation.ruleKinds.queryOptions({ staleTime: Number.POSITIVE_INFINITY }));
  const draft = useDraft(dataset.name);
  const infer = useMutation({
    mutationFn: () => api.validation.infer(input),
    onSuccess: (document) => setDraft(dataset.name, document),
  });
  const failure = schema.error ?? kinds.error;
  if (failure) return <ErrorPanel error={failure} onRetry={() => Promise.all([schema.refetch(), kinds.refetch()])} />;
  if (schema.data === undefined || kinds.data === undefined) return <LateSkeleton lines={12} />;
  const saved = schema.data;
  const shown = draft ?? saved?.document;
  const inferButton = (variant: 'filled' | 'default') => (
    <Button
      size={variant === 'filled' ? 'sm' : 'xs'}
      variant={variant}
      loading={infer.isPending}
      leftSection={<IconWand size={16} aria-hidden />}
      onClick={() => infer.mutate()}
    >
      {variant === 'filled' ? m.schemaInfer : m.schemaInferAgain}
    </Button>
  );
  return (
    <Stack gap="sm">
      {infer.error && <ErrorPanel error={infer.error} onRetry={() => infer.mutate()} />}
      {shown === undefined ? (
        <EmptyState
          title={m.schemaNone}
          text={m.schemaNoneText}
          icon={<IconChecklist size={44} stroke={1.2} aria-hidden />}
          action={<Group>{inferButton('filled')}</Group>}
        />
      ) : (
        <SchemaEditor
          dataset={dataset}
          saved={saved}
          document={shown}
          kinds={kinds.data}
          inferButton={inferButton('default')}
        />
      )}
    </Stack>
  );
}
