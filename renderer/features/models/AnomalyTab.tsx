import { SimpleGrid, Stack, Text } from '@mantine/core';
import type { AnomalySummary } from '../../../shared/contract/models.ts';
import { Chart } from '../../components/Chart.tsx';
import { histogramOption } from '../../components/charts/histogram-option.ts';
import { MetricCard } from '../../components/MetricCard.tsx';
import { formatCount, formatNumber, formatShare } from '../../lib/format.ts';
import { modelsMessages } from './messages.ts';

/** What a model without a target said of rows it had not seen: how its scores are distributed, and how many are unusual. */
export function AnomalyTab({ anomaly }: { readonly anomaly: AnomalySummary }) {
  const { scores, threshold, contamination, heldOutRows, anomalies, quantiles } = anomaly;
  const share = heldOutRows === 0 ? 0 : anomalies / heldOutRows;
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 2, xl: 4 }} spacing="sm">
        <MetricCard
          label={modelsMessages.anomalyThreshold}
          hint={modelsMessages.anomalyThresholdHint}
          value={threshold}
        />
        <MetricCard label={modelsMessages.anomalyMedian} value={quantiles.p50} />
        <MetricCard label={modelsMessages.anomalyHigh} value={quantiles.p99} />
        <MetricCard label={modelsMessages.anomalyMost} value={quantiles.most} />
      </SimpleGrid>
      <Chart
        title={modelsMessages.anomalyTitle(formatCount(anomalies), formatCount(heldOutRows), formatShare(share))}
        subtitle={modelsMessages.anomalySubtitle(formatNumber(threshold))}
        height={320}
        table={{
          columns: [modelsMessages.tableFrom, modelsMessages.tableTo, modelsMessages.tableRows],
          rows: scores.counts.map((count, index) => [
            scores.edges[index] ?? null,
            scores.edges[index + 1] ?? null,
            count,
          ]),
        }}
        option={(palette) => histogramOption(scores, modelsMessages.anomalyAxis, palette)}
      />
      <Text size="sm" c="dimmed">
        {contamination === null
          ? modelsMessages.anomalyAutomatic
          : modelsMessages.anomalyShare(formatShare(contamination))}
      </Text>
    </Stack>
  );
}
