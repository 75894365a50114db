import { Group, Paper, Text, Title } from '@mantine/core';
import type { DetectionResult } from '../../../shared/contract/training.ts';
import { formatCount, formatDuration, formatNumber, formatShare } from '../../lib/format.ts';
import { LeftOutList } from './LeftOutList.tsx';
import { ModelLinks } from './ModelLinks.tsx';
import { trainingMessages as m } from './messages.ts';
import type { TrainingForm } from './training-form.ts';

interface DetectionOutcomeProps {
  readonly result: DetectionResult;
  /** The form as it was asked; undefined where its data are gone. */
  readonly asked: TrainingForm | undefined;
  readonly onForm: (form: TrainingForm) => void;
}

/** What came of learning what is usual: the model, how many held-out rows it calls unusual, what was left out. */
export function DetectionOutcome({ result, asked, onForm }: DetectionOutcomeProps) {
  const { model, trainRows, testRows, seconds, excluded } = result;
  const { anomaly } = model;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="outcome-title">
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={2} size="h4" id="outcome-title">
            {m.resultTitle(`${model.name} v${model.version}`)}
          </Title>
          <Text size="sm" c="dimmed" className="tabular">
            {m.resultHeldOut(formatCount(trainRows), formatCount(testRows))} · {formatDuration(seconds * 1000)}
          </Text>
          {anomaly && (
            <Text size="sm" mt={4} className="tabular">
              {m.resultUnusual(
                formatCount(anomaly.anomalies),
                formatCount(anomaly.heldOutRows),
                formatShare(anomaly.heldOutRows === 0 ? 0 : anomaly.anomalies / anomaly.heldOutRows),
                formatNumber(anomaly.threshold),
              )}
            </Text>
          )}
        </div>
        <ModelLinks model={model} onAgain={asked && (() => onForm(asked))} />
      </Group>
      <LeftOutList
        title={m.resultExcluded}
        lines={excluded.map(({ column, reason }) => ({ key: column, text: `${column}: ${reason}` }))}
      />
    </Paper>
  );
}
