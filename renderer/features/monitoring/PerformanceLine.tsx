import type { DriftReport } from '../../../shared/contract/monitoring.ts';
import { Chart } from '../../components/Chart.tsx';
import { type BandPoint, bandLineOption } from '../../components/charts/band-line-option.ts';
import { metricLabel } from '../../components/charts/metric-names.ts';
import { formatNumber } from '../../lib/format.ts';
import { monitoringMessages } from './messages.ts';
import { thinPeriods } from './thin-periods.ts';

interface PerformanceLineProps {
  readonly report: DriftReport;
  /** The figure on held-out rows of training, to compare with. */
  readonly heldOut: { readonly label: string; readonly value: number } | undefined;
}

function finding(metric: string, points: readonly BandPoint[]): string {
  // A sliver of a period at the end says little: its interval is wide, so it does not make the headline.
  const known = points.filter((point) => point.value !== null && !point.isThin);
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined || first === last)
    return monitoringMessages.performanceTitleUnknown(metric);
  return monitoringMessages.performanceTitle(
    metric,
    formatNumber(first.value),
    first.label,
    formatNumber(last.value),
    last.label,
  );
}

/** Realised performance a period with its interval as a band; nothing when no period has labels. */
export function PerformanceLine({ report, heldOut }: PerformanceLineProps) {
  const name = report.chunks.find((chunk) => chunk.performance !== null)?.performance?.metric;
  if (name === undefined) return null;
  const metric = metricLabel(name);
  const thin = thinPeriods(report.chunks);
  const points = report.chunks.map((chunk, period) => ({
    label: chunk.label,
    value: chunk.performance?.value ?? null,
    lower: chunk.performance?.lower ?? null,
    upper: chunk.performance?.upper ?? null,
    rows: chunk.performance?.rows ?? 0,
    isThin: thin[period] === true,
  }));
  return (
    <Chart
      title={finding(metric, points)}
      subtitle={monitoringMessages.performanceSubtitle}
      height={260}
      table={{
        columns: [
          monitoringMessages.tablePeriod,
          metric,
          monitoringMessages.tableLower,
          monitoringMessages.tableUpper,
          monitoringMessages.tableRows,
        ],
        rows: points.map((point) => [point.label, point.value, point.lower, point.upper, point.rows]),
      }}
      option={(palette) => bandLineOption({ points, name: metric, reference: heldOut }, palette)}
    />
  );
}
