import { useCallback } from 'react';
import type { StressCase, StressReport } from '../../../shared/contract/stress.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { stressWords } from '../../../shared/stress-words.ts';
import { Chart } from '../../components/Chart.tsx';
import { intervalDotsHeight, intervalDotsOption } from '../../components/charts/interval-dots-option.ts';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { formatNumber } from '../../lib/format.ts';
import { modelsMessages as m } from './messages.ts';

const MOST_DOTS = 25;

const name = (one: StressCase): string => `${one.column ?? m.stressAll}: ${stressWords(one)}`;

/** The metric under each stress with its interval, the worst first; the line is where it stands without. */
export function StressChart({ report }: { readonly report: StressReport }) {
  const { metric, cases } = report;
  const label = metricLabel(metric.name);
  const option = useCallback(
    (palette: ChartPalette) =>
      intervalDotsOption(
        {
          dots: cases.slice(0, MOST_DOTS).map((one) => ({ ...one, label: name(one), rows: null, isEnough: true })),
          xName: label,
          overall: { label: '', value: metric.value },
        },
        palette,
      ),
    [cases, label, metric.value],
  );
  const worst = cases.find(({ column }) => column !== null);
  return (
    <Chart
      title={
        worst === undefined || worst.lossLower <= 0
          ? m.stressTitleNone(label)
          : m.stressTitle(name(worst), label, formatNumber(metric.value), formatNumber(worst.value))
      }
      subtitle={m.stressSubtitle}
      height={intervalDotsHeight(Math.min(cases.length, MOST_DOTS))}
      option={option}
      table={{
        columns: [
          m.explainColumn,
          m.stressWord,
          label,
          m.tableLower,
          m.tableUpper,
          m.stressLoss,
          m.tableLower,
          m.tableUpper,
        ],
        rows: cases.map((one) => [
          one.column ?? m.stressAll,
          stressWords(one),
          one.value,
          one.lower,
          one.upper,
          one.loss,
          one.lossLower,
          one.lossUpper,
        ]),
      }}
    />
  );
}
