import { Button, Group, Paper, SimpleGrid, Stack, Text, Title, Tooltip } from '@mantine/core';
import type { TrainingFinding, TrainingResult } from '../../../shared/contract/training.ts';
import { versionReference } from '../../../shared/ids.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { formatBounds, formatCount, formatDuration, formatNumber } from '../../lib/format.ts';
import { type FindingAction, Findings } from './Findings.tsx';
import { Leaderboard } from './Leaderboard.tsx';
import { LeftOutList } from './LeftOutList.tsx';
import { ModelLinks } from './ModelLinks.tsx';
import { trainingMessages } from './messages.ts';
import { Trials } from './Trials.tsx';
import type { TrainingForm } from './training-form.ts';

interface TrainingOutcomeProps {
  readonly result: TrainingResult;
  /** The form as it was asked; undefined where its data are gone. */
  readonly asked: TrainingForm | undefined;
  readonly onForm: (form: TrainingForm) => void;
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

/** The form for more trials: those of this search are known, and what was typed for a number of them stands. */
const searchingOn = (form: TrainingForm, model: string): TrainingForm => ({
  ...form,
  tuning: { ...form.tuning, search: form.tuning.search ?? 'bayesian', warmStart: model },
});

/** What came of a training: the model, the leaderboard, what was left out and why it stopped. */
export function TrainingOutcome({ result, asked, onForm }: TrainingOutcomeProps) {
  const { model } = result;
  const name = `${model.name} v${model.version}`;
  const dropped = Object.entries(result.droppedRows).filter(([, rows]) => rows > 0);
  const withoutIt = ({ warning, columns: [column] }: TrainingFinding): FindingAction | undefined => {
    const isLeak = warning === 'leakage' || warning === 'tooGood';
    if (!isLeak || column === undefined || asked === undefined) return undefined;
    const form = { ...asked, included: { ...asked.included, [column]: false } };
    return { label: trainingMessages.resultWithout(column), act: () => onForm(form) };
  };
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
          <ModelLinks model={model} onAgain={asked && (() => onForm(asked))}>
            {asked !== undefined && result.trials.length > 0 && (
              <Tooltip label={trainingMessages.resultSearchOnHint} multiline w={260}>
                <Button variant="default" onClick={() => onForm(searchingOn(asked, versionReference(model)))}>
                  {trainingMessages.resultSearchOn}
                </Button>
              </Tooltip>
            )}
          </ModelLinks>
        </Group>
        {(dropped.length > 0 || result.excluded.length > 0) && (
          <SimpleGrid cols={{ base: 1, md: 2 }} mt="md">
            <LeftOutList
              title={trainingMessages.resultDropped}
              lines={dropped.map(([reason, rows]) => ({ key: reason, text: `${formatCount(rows)}: ${reason}` }))}
            />
            <LeftOutList
              title={trainingMessages.resultExcluded}
              lines={result.excluded.map(({ column, reason }) => ({ key: column, text: `${column}: ${reason}` }))}
            />
          </SimpleGrid>
        )}
      </Paper>
      <Findings findings={result.findings} actionFor={withoutIt} />
      <Leaderboard result={result} />
      {result.trials.length > 1 && <Trials trials={result.trials} />}
    </Stack>
  );
}
