import { SimpleGrid } from '@mantine/core';
import { useMemo } from 'react';
import type { JobMetricPoint } from '../../../shared/contract/jobs.ts';
import { Chart } from '../../components/Chart.tsx';
import { progressCurvesOption } from '../../components/charts/progress-curves-option.ts';
import { bestStep, curveTable, lossCurves, metricCurves } from '../../components/charts/run-curves.ts';
import { formatCount, formatNumber } from '../../lib/format.ts';
import { trainingMessages } from './messages.ts';

interface LiveCurvesProps {
  readonly points: readonly JobMetricPoint[];
  readonly isLive: boolean;
  readonly label: (series: string) => string;
}

/** Loss and figures over epochs, of one candidate. */
export function LiveCurves({ points, isLive, label }: LiveCurvesProps) {
  const loss = useMemo(() => lossCurves(points, label), [points, label]);
  const figures = useMemo(() => metricCurves(points, label), [points, label]);
  const best = bestStep(points, 'validationLoss', false);
  const lossTitle = isLive ? trainingMessages.lossTitle : trainingMessages.lossTitleDone;
  const last = figures.at(-1);
  const reached = last?.points.at(-1)?.[1];
  return (
    <SimpleGrid cols={{ base: 1, md: loss.length > 0 && figures.length > 0 ? 2 : 1 }} spacing="md">
      {loss.length > 0 && (
        <Chart
          title={best === undefined ? trainingMessages.lossTitleUnknown : lossTitle(formatCount(best.step))}
          subtitle={trainingMessages.lossSubtitle}
          height={280}
          table={curveTable(loss)}
          option={(palette) => progressCurvesOption(loss, trainingMessages.lossAxis, palette)}
        />
      )}
      {figures.length > 0 && (
        <Chart
          title={
            last === undefined || reached === undefined
              ? trainingMessages.metricTitleUnknown
              : trainingMessages.metricTitle(last.name, formatNumber(reached))
          }
          subtitle={trainingMessages.metricSubtitle}
          height={280}
          table={curveTable(figures)}
          option={(palette) =>
            progressCurvesOption(
              figures,
              figures.length === 1 ? (last?.name ?? '') : trainingMessages.metricAxis,
              palette,
            )
          }
        />
      )}
    </SimpleGrid>
  );
}
