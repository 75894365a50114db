import { Button, Group, List, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import type { TrainingResult } from '../../../shared/contract/training.ts';
import { Chart } from '../../components/Chart.tsx';
import { intervalDotsHeight, intervalDotsOption } from '../../components/charts/interval-dots-option.ts';
import { metricLabel } from '../../components/charts/metric-names.ts';
import { formatCount, formatDuration, formatNumber } from '../../lib/format.ts';
import { trainingMessages } from './messages.ts';

interface TrainingOutcomeProps {
  readonly result: TrainingResult;
}

/** The leaderboard: a dot with its interval a candidate, best first; nothing when there was only one. */
function Leaderboard({ result }: TrainingOutcomeProps) {
  const [first] = result.leaderboard;
  if (first === undefined || result.leaderboard.length < 2) return null;
  const chosen = result.leaderboard.find((entry) => entry.isChosen);
  const metric = metricLabel(first.metric);
  const dots = result.leaderboard.map((entry) => ({
    label: entry.isChosen ? `${entry.algorithm} (${trainingMessages.leaderboardChosen})` : entry.algorithm,
    value: entry.value,
    lower: entry.lower,
    upper: entry.upper,
    rows: result.validationRows,
    isEnough: true,
  }));
  return (
    <Chart
      title={
        chosen === undefined || chosen === first
          ? trainingMessages.leaderboardTitle(first.algorithm, metric, formatNumber(first.value))
          : trainingMessages.leaderboardTie(chosen.algorithm, first.algorithm)
      }
      subtitle={trainingMessages.leaderboardSubtitle(metric)}
      height={intervalDotsHeight(dots.length) + 20}
      table={{
        columns: [
          trainingMessages.leaderboardAlgorithm,
          metric,
          trainingMessages.lower,
          trainingMessages.upper,
          trainingMessages.leaderboardSeconds,
        ],
        rows: result.leaderboard.map((entry) => [
          entry.algorithm,
          entry.value,
          entry.lower,
          entry.upper,
          entry.seconds,
        ]),
      }}
      option={(palette) => intervalDotsOption({ dots, xName: metric, overall: undefined }, palette)}
    />
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
      <Leaderboard result={result} />
    </Stack>
  );
}
