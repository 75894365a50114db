import { SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { JobProgress } from '../../../shared/contract/jobs.ts';
import type { ProviderChoice } from '../../../shared/contract/providers.ts';
import { progressText } from '../../components/progress-text.ts';
import { queries } from '../../lib/api.ts';
import { formatBytes, formatCount, formatDuration, formatRate } from '../../lib/format.ts';
import { trainingMessages as m } from './messages.ts';

interface LiveFactsProps {
  readonly stage: string;
  /** How far it is; null where the stage cannot be counted. */
  readonly progress: JobProgress | null;
  /** What it uses, whatever the stage. */
  readonly surroundings: JobProgress | null;
  /** Where it was asked to compute. */
  readonly asked: ProviderChoice | undefined;
}

interface FactProps {
  readonly label: string;
  readonly value: string;
  readonly hint?: string | undefined;
}

function Fact({ label, value, hint }: FactProps) {
  return (
    <div {...(hint === undefined ? {} : { title: hint })}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="md" fw={600} className="tabular">
        {value}
      </Text>
      {hint !== undefined && (
        <Text size="xs" c="dimmed">
          {hint}
        </Text>
      )}
    </div>
  );
}

/** The text of a figure that may not be known yet. */
const known = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? m.liveUnknown : format(value);

/** Epochs come with the rows they go through a second, all else with its own unit. */
const rateText = (rate: number, progress: JobProgress): string =>
  progress.unit === 'epochs' ? m.liveRows(formatCount(Math.round(rate))) : formatRate(rate, progress.unit);

/** Why it computes there: asked for, the only one, or measured to be the quickest. */
function useProviderReason(asked: ProviderChoice | undefined): string | undefined {
  const providers = useQuery(queries.system.providers.queryOptions({ staleTime: Number.POSITIVE_INFINITY }));
  if (asked !== undefined && asked !== 'auto') return m.liveProviderChosen;
  if (providers.data === undefined) return undefined;
  return providers.data.length > 1 ? m.liveProviderFastest : m.liveProviderOnly;
}

/** Where a training is and what it uses: stage, how far, how fast, how long still, memory, provider and why, threads. */
export function LiveFacts({ stage, progress, surroundings, asked }: LiveFactsProps) {
  const reason = useProviderReason(asked);
  const { memoryBytes, provider, threads } = surroundings ?? {};
  const facts: readonly FactProps[] = [
    { label: m.liveStage, value: stage },
    { label: m.liveDone, value: progress === null ? m.liveUnknown : progressText(progress) },
    { label: m.liveRate, value: known(progress?.rate, (rate) => (progress === null ? '' : rateText(rate, progress))) },
    { label: m.liveLeft, value: known(progress?.etaMs, (left) => (left < 1000 ? m.liveSoon : formatDuration(left))) },
    ...(memoryBytes === undefined ? [] : [{ label: m.liveMemory, value: formatBytes(memoryBytes) }]),
    ...(provider === undefined ? [] : [{ label: m.liveProvider, value: provider, hint: reason }]),
    ...(threads === undefined ? [] : [{ label: m.liveThreads, value: formatCount(threads) }]),
  ];
  return (
    <SimpleGrid cols={{ base: 3, md: 4 }} verticalSpacing="xs" mt="sm">
      {facts.map((fact) => (
        <Fact key={fact.label} {...fact} />
      ))}
    </SimpleGrid>
  );
}
