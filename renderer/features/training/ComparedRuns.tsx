import { Anchor, Group, Paper, Text, Title } from '@mantine/core';
import { useMemo } from 'react';
import { Link } from 'react-router';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { modelRuns } from '../../components/runs/model-runs.ts';
import { RunsTable } from '../../components/runs/RunsTable.tsx';
import { comparable, compareMetrics, questionOf } from '../../lib/compare-models.ts';
import { formatCount } from '../../lib/format.ts';
import { trainingMessages } from './messages.ts';

interface ComparedRunsProps {
  readonly models: readonly ModelVersion[];
  /** The question to compare on. */
  readonly question: Pick<ModelVersion, 'task' | 'target'>;
}

const MOST_RUNS = 6;
const MOST_FIGURES = 3;

/** The newest models that answer the same question, what differs between them and their figures; nothing when there is one. */
export function ComparedRuns({ models, question }: ComparedRunsProps) {
  const runs = useMemo(() => modelRuns(comparable(models, question, MOST_RUNS)), [models, question]);
  const figures = useMemo(
    () =>
      compareMetrics(comparable(models, question, MOST_RUNS))
        .slice(0, MOST_FIGURES)
        .map(({ name }) => name),
    [models, question],
  );
  if (runs.length < 2) return null;
  const all = models.filter((model) => questionOf(model) === questionOf(question)).length;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="compare-title">
      <Group justify="space-between" align="baseline">
        <Title order={2} size="h5" id="compare-title">
          {trainingMessages.compareTitle}
        </Title>
        <Anchor component={Link} to={`/models/compare?question=${encodeURIComponent(questionOf(question))}`} size="sm">
          {trainingMessages.compareAll(formatCount(all))}
        </Anchor>
      </Group>
      <Text size="xs" c="dimmed" mb="sm">
        {trainingMessages.compareSubtitle}
      </Text>
      <RunsTable label={trainingMessages.compareTitle} runs={runs} figures={figures} />
    </Paper>
  );
}
