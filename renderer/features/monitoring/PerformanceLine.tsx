import type { DriftReport } from '../../../shared/contract/monitoring.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { thinPeriods } from '../../../shared/thin-periods.ts';
import { Chart } from '../../components/Chart.tsx';
import { type BandPoint, bandLineOption, type EstimatedPoint } from '../../components/charts/band-line-option.ts';
import { formatNumber } from '../../lib/format.ts';
import { monitoringMessages } from './messages.ts';

interface PerformanceLineProps {
  readonly report: DriftReport;
  /** The figure on held-out rows of training, to compare with. */
  readonly heldOut: { readonly label: string; readonly value: number } | undefined;
}

/** The first and the last period with a figure. A sliver at the end says little, so it makes no headline. */
function ends(points: readonly BandPoint[], values: readonly (number | null)[]) {
  const known = points.flatMap(({ label, isThin }, index) => {
    const value = values[index] ?? null;
    return value === null || isThin ? [] : [{ label, value, index }];
  });
  const [first] = known;
  const last = known.at(-1);
  return first === undefined || last === undefined || first === last ? undefined : { first, last };
}

function finding(metric: string, points: readonly BandPoint[], estimated: readonly EstimatedPoint[] | undefined) {
  const realised = ends(
    points,
    points.map(({ value }) => value),
  );
  if (realised !== undefined) {
    const { first, last } = realised;
    const title = monitoringMessages.performanceTitle(
      metric,
      formatNumber(first.value),
      first.label,
      formatNumber(last.value),
      last.label,
    );
    const guess = estimated?.[last.index]?.value ?? null;
    return guess === null ? title : `${title}; ${monitoringMessages.performanceEstimated(formatNumber(guess))}`;
  }
  const guessed = ends(points, estimated?.map(({ value }) => value) ?? []);
  if (guessed === undefined) return monitoringMessages.performanceTitleUnknown(metric);
  return monitoringMessages.estimatedTitle(
    metric,
    formatNumber(guessed.first.value),
    guessed.first.label,
    formatNumber(guessed.last.value),
    guessed.last.label,
  );
}

/** Realised and estimated performance a period, each with its band; nothing when no period has either. */
export function PerformanceLine({ report, heldOut }: PerformanceLineProps) {
  const { chunks } = report;
  const realised = chunks.find((chunk) => chunk.performance !== null)?.performance?.metric;
  const name = realised ?? report.estimated?.metric;
  if (name === undefined || chunks.length === 0) return null;
  const metric = metricLabel(name);
  const thin = thinPeriods(chunks);
  const estimated =
    report.estimated?.metric === name && report.estimated.chunks.length === chunks.length
      ? report.estimated.chunks
      : undefined;
  const points = chunks.map((chunk, period) => ({
    label: chunk.label,
    value: chunk.performance?.value ?? null,
    lower: chunk.performance?.lower ?? null,
    upper: chunk.performance?.upper ?? null,
    rows: chunk.performance?.rows ?? chunk.rows,
    isThin: thin[period] === true,
  }));
  return (
    <Chart
      title={finding(metric, points, estimated)}
      subtitle={[
        realised === undefined ? monitoringMessages.noAnswersSubtitle : monitoringMessages.performanceSubtitle,
        ...(estimated === undefined ? [] : [monitoringMessages.estimatedSubtitle]),
      ].join(' ')}
      height={280}
      table={{
        columns: [
          monitoringMessages.tablePeriod,
          metric,
          monitoringMessages.tableLower,
          monitoringMessages.tableUpper,
          ...(estimated === undefined
            ? []
            : [
                monitoringMessages.tableEstimated,
                monitoringMessages.tableEstimatedLower,
                monitoringMessages.tableEstimatedUpper,
              ]),
          monitoringMessages.tableRows,
        ],
        rows: points.map((point, index) => {
          const guess = estimated?.[index];
          return [
            point.label,
            point.value,
            point.lower,
            point.upper,
            ...(guess === undefined ? [] : [guess.value, guess.lower, guess.upper]),
            point.rows,
          ];
        }),
      }}
      option={(palette) => bandLineOption({ points, name: metric, estimated, reference: heldOut }, palette)}
    />
  );
}
