import { Button, Group, List, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import type { TrainingResult } from '../../../shared/contract/training.ts';
import { metricLabel } from '../../components/charts/metric-names.ts';
import { formatBounds, formatCount, formatDuration, formatNumber } from '../../lib/format.ts';
import { Findings } from './Findings.tsx';
import { Leaderboard } from './Leaderboard.tsx';
import { trainingMessages } from './messages.ts';
import { Trials } from './Trials.tsx';

interface TrainingOutcomeProps {
  readonly result: TrainingResult;
}

/** The leading figure over all folds, out of fold. */
function CrossValidated({ figures }: { readonly figures: NonNullable<TrainingResult['crossValidated']> }) {
  const [leading] = figures.metrics;
  if (leading === undefined || leading.value === null) return null;
  return (
    <Text size="sm" className="tabular" title={String(leading.value)}>
      {trainingMessages.resultCrossValidated(
        formatCount(figures.folds.length),
        metricLabel(leading.name),
        formatNumber(leading.value),
        leading.lower === null || leading.upper === null
          ? null
          : formatBounds(leading.lower, leading.upper).join(' – '),
        figures.isNested,
      )}
    </Text>
  );
}

/** What came of a training: the model, the leaderboard, what was left out and why it stopped. */
export function TrainingOutcome({ result }: TrainingOutcomeProps) {
  const { model } = result;
  const name = `${model.name} v${model.version}`;
  const dropped = Object.entries(result.droppedRows).filter(([, rows]) => rows > 0);
  return (
    <Stack gap="md">
      <Paper withBorder p="md" component="section" aria-labelledby="outcome-title">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2} size="h4" id="outcome-title">
              {trainingMessages.resultTitle(name)}
            </Title>
            <Text size="sm" c="dimmed" className="tabular">
              {trainingMessages.resultSummary(
                formatCount(result.trainRows),
                formatDuration(result.seconds * 1000),
                formatCount(Math.round(result.rowsPerSecond)),
              )}
              {' · '}
              {trainingMessages.resultParts(
                formatCount(result.trainRows),
                formatCount(result.validationRows),
                formatCount(result.testRows),
              )}
            </Text>
            <Text size="sm" c="dimmed">
              {trainingMessages.resultStopped(result.stoppedBecause)}
            </Text>
            {result.choice !== '' && (
              <Text size="sm" mt={4}>
                {result.choice}
              </Text>
            )}
            {result.crossValidated !== null && <CrossValidated figures={result.crossValidated} />}
          </div>
          <Group gap="xs">
            <Button
              component={Link}
              to={`/deploy?model=${encodeURIComponent(`${model.name}@${model.version}`)}`}
              variant="default"
            >
              {trainingMessages.resultExport}
            </Button>
            <Button component={Link} to={`/models/${encodeURIComponent(model.name)}/${model.version}`}>
              {trainingMessages.resultLook}
            </Button>
          </Group>
        </Group>
        {(dropped.length > 0 || result.excluded.length > 0) && (
          <SimpleGrid cols={{ base: 1, md: 2 }} mt="md">
            {dropped.length > 0 && (
              <div>
                <Text size="sm" fw={600}>
                  {trainingMessages.resultDropped}
                </Text>
                <List size="sm">
                  {dropped.map(([reason, rows]) => (
                    <List.Item key={reason}>
                      {formatCount(rows)}: {reason}
                    </List.Item>
                  ))}
                </List>
              </div>
            )}
            {result.excluded.length > 0 && (
              <div>
                <Text size="sm" fw={600}>
                  {trainingMessages.resultExcluded}
                </Text>
                <List size="sm">
                  {result.excluded.map((one) => (
                    <List.Item key={one.column}>
                      {one.column}: {one.reason}
                    </List.Item>
                  ))}
                </List>
              </div>
            )}
          </SimpleGrid>
        )}
      </Paper>
      <Findings findings={result.findings} />
      <Leaderboard result={result} />
      <Trials trials={result.trials} />
    </Stack>
  );
}
