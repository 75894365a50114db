import { useCallback } from 'react';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import { Chart } from '../../components/Chart.tsx';
import { confusionOption } from '../../components/charts/confusion-option.ts';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { cellClick } from './cell-click.ts';
import { confusionFinding } from './findings.ts';
import { modelsMessages } from './messages.ts';

interface ConfusionChartProps {
  readonly confusion: NonNullable<EvaluationReport['confusion']>;
  /** What a click on a cell shows, in words; left out where it shows nothing. */
  readonly clickHint?: string | undefined;
  /** Called with the classes of a cell that is clicked. */
  readonly onCell?: ((truth: string, answer: string) => void) | undefined;
}

/** True against predicted class of several classes; the title names the pair most often mistaken. */
export function ConfusionChart({ confusion, clickHint, onCell }: ConfusionChartProps) {
  const option = useCallback((palette: ChartPalette) => confusionOption(confusion, palette), [confusion]);
  return (
    <Chart
      title={confusionFinding(confusion)}
      subtitle={
        clickHint === undefined ? modelsMessages.confusionSubtitle : `${modelsMessages.confusionSubtitle}; ${clickHint}`
      }
      height={Math.min(640, 120 + confusion.labels.length * 40)}
      table={{
        columns: [modelsMessages.tableTrue, ...confusion.labels.map(modelsMessages.called)],
        rows: confusion.counts.map((row, index) => [confusion.labels[index] ?? '', ...row]),
      }}
      option={option}
      {...cellClick(confusion.labels, onCell)}
    />
  );
}
