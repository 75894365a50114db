import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import { Chart } from '../../components/Chart.tsx';
import { confusionOption } from '../../components/charts/confusion-option.ts';
import { confusionFinding } from './findings.ts';
import { modelsMessages } from './messages.ts';

interface ConfusionChartProps {
  readonly confusion: NonNullable<EvaluationReport['confusion']>;
}

/** True against predicted class of several classes; the title names the pair most often mistaken. */
export function ConfusionChart({ confusion }: ConfusionChartProps) {
  return (
    <Chart
      title={confusionFinding(confusion)}
      subtitle={modelsMessages.confusionSubtitle}
      height={Math.min(640, 120 + confusion.labels.length * 40)}
      table={{
        columns: [modelsMessages.tableTrue, ...confusion.labels.map(modelsMessages.called)],
        rows: confusion.counts.map((row, index) => [confusion.labels[index] ?? '', ...row]),
      }}
      option={(palette) => confusionOption(confusion, palette)}
    />
  );
}
