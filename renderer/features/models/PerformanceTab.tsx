import { Grid, Stack } from '@mantine/core';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { ChartSource } from '../../components/chart-source.ts';
import { BinaryCharts } from './BinaryCharts.tsx';
import { ConfusionChart } from './ConfusionChart.tsx';
import { CostChart } from './CostChart.tsx';
import { LabelsTable } from './LabelsTable.tsx';
import { MetricCards } from './MetricCards.tsx';
import { modelsMessages } from './messages.ts';
import { classNames, modelPath } from './model-reference.ts';
import { RegressionCharts } from './RegressionCharts.tsx';
import { ThresholdPanel } from './ThresholdPanel.tsx';
import { TrainingCurves } from './TrainingCurves.tsx';
import { type ErrorCosts, figuresNear, thresholdTable } from './threshold-figures.ts';

interface PerformanceTabProps {
  readonly model: ModelVersion;
  readonly report: EvaluationReport;
}

/** How good a model is on the rows of one report. */
export function PerformanceTab({ model, report }: PerformanceTabProps) {
  const reported = report.threshold ?? 0.5;
  const [threshold, setThreshold] = useState(reported);
  const [costs, setCosts] = useState<ErrorCosts>({ falsePositive: 1, falseNegative: 1 });
  const table = useMemo(() => thresholdTable(report.thresholds ?? [], costs), [report.thresholds, costs]);
  const figures = useMemo(() => figuresNear(table, threshold), [table, threshold]);
  // The slider and its figures move at once; the charts follow when there is time.
  const drawn = useDeferredValue(figures);
  const [negative, positive] = classNames(model);
  const navigate = useNavigate();
  const takesImages = model.inputs.some(({ type }) => type === 'image');
  // What lies behind a cell is kept of the held-out rows alone.
  const hasRows = report.part === 'test';
  const showRows = useCallback(
    (truth: string, answer: string, at?: number) =>
      void navigate(
        `${modelPath(model, takesImages ? 'images' : 'rows')}?${new URLSearchParams({ truth, answer, ...(at === undefined || takesImages ? {} : { threshold: String(at) }) })}`,
      ),
    [model, takesImages, navigate],
  );
  const onCell = hasRows ? showRows : undefined;
  return (
    <Stack gap="md">
      <section aria-label={modelsMessages.cardsTitle}>
        <MetricCards metrics={report.metrics} baselines={report.baselines} />
      </section>
      {figures && (
        <Grid gap="md" align="stretch">
          <Grid.Col span={{ base: 12, lg: 8 }}>
            <ThresholdPanel
              figures={figures}
              cheapest={table.cheapest}
              costs={costs}
              positive={positive}
              reported={reported}
              onThreshold={setThreshold}
              onCosts={setCosts}
            />
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 4 }}>
            <CostChart table={table} chosen={drawn} />
          </Grid.Col>
        </Grid>
      )}
      {report.labels && <LabelsTable labels={report.labels} />}
      {report.task === 'binary' && (
        <BinaryCharts
          report={report}
          figures={drawn}
          negative={negative}
          positive={positive}
          onCell={takesImages ? undefined : onCell}
        />
      )}
      {report.task === 'multiclass' && report.confusion && (
        <ConfusionChart
          confusion={report.confusion}
          clickHint={
            hasRows ? (takesImages ? modelsMessages.confusionClick : modelsMessages.confusionClickRows) : undefined
          }
          onCell={onCell}
        />
      )}
      {report.task === 'regression' && <RegressionCharts report={report} target={model.target?.column ?? ''} />}
      {model.curves.length > 0 && (
        <ChartSource value={modelsMessages.sourceTraining(versionReference(model))}>
          <TrainingCurves curves={model.curves} />
        </ChartSource>
      )}
    </Stack>
  );
}
