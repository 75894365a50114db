import { SimpleGrid } from '@mantine/core';
import { memo } from 'react';
import type { JobMetricPoint } from '../../../shared/contract/jobs.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { Chart } from '../../components/Chart.tsx';
import { type ProgressCurve, progressCurvesOption } from '../../components/charts/progress-curves-option.ts';
import { bestStep, curveTable, lossCurves, metricCurves } from '../../components/charts/run-curves.ts';
import { formatCount } from '../../lib/format.ts';
import { modelsMessages } from './messages.ts';

interface TrainingCurvesProps {
  readonly curves: readonly JobMetricPoint[];
}

/** The curves of training as they were kept with the model. */
export const TrainingCurves = memo(function TrainingCurves({ curves }: TrainingCurvesProps) {
  const best = bestStep(curves, 'validationLoss', false);
  const title =
    best === undefined ? modelsMessages.curvesTitleUnknown : modelsMessages.curvesTitle(formatCount(best.step));
  const parts: readonly (readonly [string, string, readonly ProgressCurve[]])[] = [
    [title, modelsMessages.lossAxis, lossCurves(curves, metricLabel)],
    [modelsMessages.metricCurvesTitle, modelsMessages.figureAxis, metricCurves(curves, metricLabel)],
  ];
  return (
    <SimpleGrid cols={{ base: 1, md: parts.every(([, , drawn]) => drawn.length > 0) ? 2 : 1 }} spacing="md">
      {parts.map(([name, axis, drawn]) =>
        drawn.length === 0 ? null : (
          <Chart
            key={axis}
            title={name}
            subtitle={modelsMessages.curvesSubtitle}
            height={240}
            table={curveTable(drawn)}
            option={(palette) =>
              progressCurvesOption(drawn, drawn.length === 1 ? (drawn[0]?.name ?? axis) : axis, palette)
            }
          />
        ),
      )}
    </SimpleGrid>
  );
});
