import type { ColumnType } from '../../../shared/column-type.ts';
import type { Explanation } from '../../../shared/contract/explanation.ts';
import type { WaterfallStep } from '../../components/charts/waterfall-option.ts';
import { shortText } from '../../lib/cell-text.ts';
import { formatNumber } from '../../lib/format.ts';
import { modelsMessages as m } from './messages.ts';

/** Columns that get a step of their own; the rest share one. */
const MOST_STEPS = 10;

type Cell = Explanation['rows'][number]['cells'][number];

const cellText = (cell: Cell, type: ColumnType): string => (cell === null ? m.explainMissing : shortText(cell, type));

/** What each column gives one answer of a row, the largest first. */
export function givenBy(explanation: Explanation, row: number, output: number) {
  const explained = explanation.rows[row];
  return explanation.columns
    .map((column, at) => ({
      column,
      type: explanation.types[at] ?? 'number',
      cell: explained?.cells[at] ?? null,
      value: explained?.values[at]?.[output] ?? 0,
    }))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
}

/** From the base to what is explained: a step for each of the columns that give most, one for the others together. */
export function waterfallSteps(explanation: Explanation, row: number, output: number): WaterfallStep[] {
  const parts = givenBy(explanation, row, output);
  const base = explanation.outputs[output]?.base ?? 0;
  const hasRest = parts.length > MOST_STEPS;
  const own = hasRest ? parts.slice(0, MOST_STEPS - 1) : parts;
  const rest = parts.slice(own.length);
  let sum = base;
  const step = (label: string, value: number): WaterfallStep => {
    const from = sum;
    sum += value;
    return { label, from, to: sum, kind: 'step' };
  };
  return [
    { label: m.explainBase, from: base, to: base, kind: 'total' },
    ...own.map(({ column, type, cell, value }) => step(`${column} = ${cellText(cell, type)}`, value)),
    ...(hasRest
      ? [
          step(
            m.explainOthers(String(rest.length)),
            rest.reduce((all, { value }) => all + value, 0),
          ),
        ]
      : []),
    { label: m.explainSum, from: sum, to: sum, kind: 'total' },
  ];
}

/** The finding of a row in a sentence: its answer, and which column moves it most. */
export function rowSentence(explanation: Explanation, row: number, output: number): string {
  const answer = formatNumber(explanation.rows[row]?.answers[output]);
  const label = explanation.outputs[output]?.label ?? null;
  const [first] = givenBy(explanation, row, output);
  const says = label === null ? m.explainPredicts(answer) : m.explainGives(label, answer);
  if (first === undefined || first.value === 0) return says;
  const move = first.value > 0 ? m.explainRaises : m.explainLowers;
  return move(says, `${first.column} = ${cellText(first.cell, first.type)}`);
}
