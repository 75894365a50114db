import { Stack, Text } from '@mantine/core';
import { Explanation } from '../../../shared/contract/explanation.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { formatCount, formatDateTime } from '../../lib/format.ts';
import { EffectChart } from './EffectChart.tsx';
import { ExplainForm } from './ExplainForm.tsx';
import { ImportanceChart } from './ImportanceChart.tsx';
import { modelsMessages as m } from './messages.ts';
import { RowExplanation } from './RowExplanation.tsx';
import { useNewestResult } from './use-newest-result.ts';

/** Why a version answers as it does: which columns matter, and each row's answer column by column. */
export function ExplainTab({ model }: { readonly model: ModelVersion }) {
  const { result, error, isPending, retry } = useNewestResult('explain', model, Explanation);
  if (error) return <ErrorPanel error={error} onRetry={retry} />;
  if (isPending) return <LateSkeleton lines={8} />;
  return (
    <Stack gap="md">
      {result === null ? (
        <EmptyState title={m.explainEmptyTitle} text={m.explainEmptyText} />
      ) : (
        <>
          <Text size="sm" c="dimmed">
            {m.explainIntro(
              result.part === 'test'
                ? m.heldOut(formatCount(result.importanceRows))
                : `${result.dataset} v${result.datasetVersion}`,
              m.explainMethod(result.method),
              formatDateTime(result.at),
            )}{' '}
            {result.notes.join(' ')}
          </Text>
          <ImportanceChart explanation={result} />
          <EffectChart key={`effects ${result.at}`} explanation={result} />
          <RowExplanation key={result.at} explanation={result} />
        </>
      )}
      <ExplainForm model={model} />
    </Stack>
  );
}
