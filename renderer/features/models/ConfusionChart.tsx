import { useCallback } from 'react';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import { Chart } from '../../components/Chart.tsx';
import { confusionOption } from '../../components/charts/confusion-option.ts';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { confusionFinding } from './findings.ts';
import { modelsMessages } from './messages.ts';

interface ConfusionChartProps {
  readonly confusion: NonNullable<EvaluationReport['confusion']>;
  /** Called with the classes of a cell that is clicked. */
  readonly onCell?: ((truth: string, answer: string) => void) | undefined;
}

/** True against predicted class of several classes; the title names the pair most often mistaken. */
export function ConfusionChart({ confusion, onCell }: ConfusionChartProps) {
  const option = useCallback((palette: ChartPalette) => confusionOption(confusion, palette), [confusion]);
  return (
    <Chart
      title={confusionFinding(confusion)}
      subtitle={
        onCell === undefined
          ? modelsMessages.confusionSubtitle
          : `${modelsMessages.confusionSubtitle}; ${modelsMessages.confusionClick}`
      }
      height={Math.min(640, 120 + confusion.labels.length * 40)}
      table={{
        columns: [modelsMessages.tableTrue, ...confusion.labels.map(modelsMessages.called)],
        rows: confusion.counts.map((row, index) => [confusion.labels[index] ?? '', ...row]),
      }}
      option={option}
      {...(onCell === undefined
        ? {}
        : {
            onClick: ({ value }) => {
              const [predicted, truth] = Array.isArray(value) ? value.map(Number) : [];
              const [is, called] = [confusion.labels[truth ?? -1], confusion.labels[predicted ?? -1]];
              if (is !== undefined && called !== undefined) onCell(is, called);
            },
          })}
    />
  );
}
