import { SimpleGrid } from '@mantine/core';
import { memo, useCallback, useDeferredValue, useMemo } from 'react';
import type { JobMetricPoint } from '../../../shared/contract/jobs.ts';
import { Chart } from '../../components/Chart.tsx';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { type ProgressCurve, progressCurvesOption } from '../../components/charts/progress-curves-option.ts';
import { bestStep, curveTable, lossCurves, metricCurves } from '../../components/charts/run-curves.ts';
import { formatCount, formatNumber } from '../../lib/format.ts';
import { trainingMessages } from './messages.ts';

interface LiveCurvesProps {
  readonly points: readonly JobMetricPoint[];
  readonly isLive: boolean;
  readonly label: (series: string) => string;
}

interface CurveChartProps {
  readonly title: string;
  readonly subtitle: string;
  readonly yName: string;
  readonly curves: readonly ProgressCurve[];
  readonly isLive: boolean;
}

/** One chart of curves, drawn again only when its curves or words are others. */
const CurveChart = memo(function CurveChart({ title, subtitle, yName, curves, isLive }: CurveChartProps) {
  const option = useCallback((palette: ChartPalette) => progressCurvesOption(curves, yName, palette), [curves, yName]);
  const table = useCallback(() => curveTable(curves), [curves]);
  return <Chart title={title} subtitle={subtitle} height={280} table={table} option={option} isLive={isLive} />;
});

/** Loss and figures over epochs, of one candidate. While it runs the two charts are drawn in turn, each in a frame of its own. */
export const LiveCurves = memo(function LiveCurves({ points, isLive, label }: LiveCurvesProps) {
  const later = useDeferredValue(points);
  const loss = useMemo(() => lossCurves(points, label), [points, label]);
  const figures = useMemo(() => metricCurves(later, label), [later, label]);
  const best = useMemo(() => bestStep(points, 'validationLoss', false), [points]);
  const lossTitle = isLive ? trainingMessages.lossTitle : trainingMessages.lossTitleDone;
  const last = figures.at(-1);
  const reached = last?.points.at(-1)?.[1];
  return (
    <SimpleGrid cols={{ base: 1, md: loss.length > 0 && figures.length > 0 ? 2 : 1 }} spacing="md">
      {loss.length > 0 && (
        <CurveChart
          title={best === undefined ? trainingMessages.lossTitleUnknown : lossTitle(formatCount(best.step))}
          subtitle={trainingMessages.lossSubtitle}
          yName={trainingMessages.lossAxis}
          curves={loss}
          isLive={isLive}
        />
      )}
      {figures.length > 0 && (
        <CurveChart
          title={
            last === undefined || reached === undefined
              ? trainingMessages.metricTitleUnknown
              : trainingMessages.metricTitle(last.name, formatNumber(reached))
          }
          subtitle={trainingMessages.metricSubtitle}
          yName={figures.length === 1 ? (last?.name ?? '') : trainingMessages.metricAxis}
          curves={figures}
          isLive={isLive}
        />
      )}
    </SimpleGrid>
  );
});
