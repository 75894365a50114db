import type { EChartsOption } from 'echarts';
import type { ValidationReport } from '../../../shared/contract/validation.ts';
import { Chart } from '../../components/Chart.tsx';
import { valueYAxis, wordXAxis } from '../../components/charts/axes.ts';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { formatCount, formatDateTime } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';

interface ValidationHistoryProps {
  /** Newest first. */
  readonly reports: readonly ValidationReport[];
}

const m = messages.datasets;
const MOST = 60;

const failures = ({ rules }: ValidationReport, severity: 'error' | 'warning'): number =>
  rules.filter((rule) => rule.severity === severity).reduce((sum, rule) => sum + rule.failed, 0);

function historyOption(reports: readonly ValidationReport[], palette: ChartPalette): EChartsOption {
  const bar = (name: string, severity: 'error' | 'warning', color: string) => ({
    type: 'bar' as const,
    name,
    stack: 'failures',
    barMaxWidth: 28,
    itemStyle: { color },
    data: reports.map((report) => failures(report, severity)),
  });
  return {
    grid: { left: 70, right: 16, top: 28, bottom: 30 },
    legend: { top: 0, left: 60, textStyle: { color: palette.dimmed }, itemWidth: 12, itemHeight: 10 },
    tooltip: { trigger: 'axis', confine: true, valueFormatter: (value) => formatCount(Number(value)) },
    xAxis: wordXAxis(
      { name: '', palette },
      reports.map((report) => formatDateTime(report.at)),
    ),
    yAxis: valueYAxis({ name: m.ruleFailures, palette, isFromZero: true, format: formatCount }),
    series: [
      bar(m.historyErrors, 'error', palette.alarm),
      bar(m.historyWarnings, 'warning', palette.series[1] ?? palette.reference),
    ],
  };
}

/** Failures at each validation, oldest first. */
export function ValidationHistory({ reports }: ValidationHistoryProps) {
  const shown = reports.slice(0, MOST).toReversed();
  const latest = shown.at(-1);
  const failed = latest === undefined ? 0 : failures(latest, 'error') + failures(latest, 'warning');
  return (
    <Chart
      title={m.historyFinding(formatCount(failed))}
      subtitle={m.historySubtitle}
      height={190}
      option={(palette) => historyOption(shown, palette)}
      table={{
        columns: [m.historyWhen, m.version, m.historyErrors, m.historyWarnings],
        rows: shown.map((report) => [
          formatDateTime(report.at),
          report.datasetVersion,
          failures(report, 'error'),
          failures(report, 'warning'),
        ]),
      }}
    />
  );
}
