import { useCallback } from 'react';
import type { Explanation } from '../../../shared/contract/explanation.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { Chart } from '../../components/Chart.tsx';
import { barsHeight, barsOption } from '../../components/charts/bars-option.ts';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { formatCount, formatFull } from '../../lib/format.ts';
import { modelsMessages as m } from './messages.ts';

const MOST_BARS = 25;

/** How much each column moves answers, and what shuffling it costs. */
export function ImportanceChart({ explanation }: { readonly explanation: Explanation }) {
  const { importance, loss, scale } = explanation;
  const option = useCallback(
    (palette: ChartPalette) =>
      barsOption(
        {
          bars: importance.slice(0, MOST_BARS).map(({ column, importance: value, permuted }) => ({
            label: column,
            value,
            hover: [
              column,
              `${m.explainImportance}: ${formatFull(value)}`,
              ...(permuted && loss !== null ? [m.explainShuffled(metricLabel(loss), formatFull(permuted.rise))] : []),
            ].join('\n'),
          })),
          xName: m.explainScaleOf(scale),
        },
        palette,
      ),
    [importance, loss, scale],
  );
  const [first, second] = importance;
  if (first === undefined) return null;
  return (
    <Chart
      title={
        first.importance === 0
          ? m.explainNothing
          : m.explainTitle(first.column, second !== undefined && second.importance > 0 ? second.column : null)
      }
      subtitle={m.explainSubtitle(formatCount(explanation.importanceRows))}
      height={barsHeight(Math.min(importance.length, MOST_BARS))}
      option={option}
      table={{
        columns: [
          m.explainColumn,
          m.explainImportance,
          ...(loss === null ? [] : [m.explainShuffledWord(metricLabel(loss)), m.explainDeviation]),
        ],
        rows: importance.map(({ column, importance: value, permuted }) => [
          column,
          value,
          ...(loss === null ? [] : [permuted?.rise ?? null, permuted?.deviation ?? null]),
        ]),
      }}
    />
  );
}
