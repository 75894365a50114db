import { Button, SimpleGrid, Stack } from '@mantine/core';
import { memo, useState } from 'react';
import type { MetricValue, ModelVersion } from '../../../shared/contract/models.ts';
import { metricExplanation, metricLabel } from '../../../shared/metric-names.ts';
import { MetricCard } from '../../components/MetricCard.tsx';
import { formatCount, formatNumber } from '../../lib/format.ts';
import { baselineDistances, headlineFirst } from './baseline-distance.ts';
import { modelsMessages } from './messages.ts';

interface MetricCardsProps {
  readonly metrics: readonly MetricValue[];
  readonly baselines: ModelVersion['baselines'];
}

/** One line a baseline: how far the model is from it, in the metric's unit. */
function distanceLines(metric: MetricValue, baselines: ModelVersion['baselines']): readonly string[] {
  return baselineDistances(metric, baselines).map(({ baseline, value, gain, verdict }) => {
    const name = modelsMessages.baselineName(baseline);
    if (verdict === 'level') return modelsMessages.baselineLevel(name, formatNumber(value));
    const say = verdict === 'better' ? modelsMessages.baselineBetter : modelsMessages.baselineWorse;
    return say(formatNumber(Math.abs(gain)), name, formatNumber(value));
  });
}

/** So many cards are there at once; the others on demand. */
const FIRST_CARDS = 4;

/** A card a metric: value, interval, distance to every baseline; headline metrics first. */
export const MetricCards = memo(function MetricCards({ metrics, baselines }: MetricCardsProps) {
  const [isAll, setAll] = useState(false);
  const sorted = headlineFirst(metrics);
  return (
    <Stack gap="xs">
      <SimpleGrid cols={{ base: 2, xl: 4 }} spacing="sm">
        {(isAll ? sorted : sorted.slice(0, FIRST_CARDS)).map((metric) => (
          <MetricCard
            key={metric.name}
            label={metricLabel(metric.name)}
            hint={metricExplanation(metric.name) ?? undefined}
            value={metric.value}
            lower={metric.lower}
            upper={metric.upper}
            reason={metric.reason}
            notes={distanceLines(metric, baselines)}
          />
        ))}
      </SimpleGrid>
      {sorted.length > FIRST_CARDS && (
        <Button size="compact-xs" variant="subtle" w="fit-content" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
          {isAll ? modelsMessages.cardsFewer : modelsMessages.cardsAll(formatCount(sorted.length))}
        </Button>
      )}
    </Stack>
  );
});
