import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { TrainingAdvice, TrainingFinding } from '../../../shared/contract/training.ts';
import type { FindingAction } from './Findings.tsx';
import { trainingMessages as m } from './messages.ts';
import { choosable, isColumnIncluded, isTime, type TrainingForm } from './training-form.ts';

const LEAKS: readonly TrainingFinding['warning'][] = ['leakage', 'missingWithTarget'];

/** What is odd about a question as the form asks it: the data's own findings that still hold, and leaks taken in by hand. */
export function formFindings(form: TrainingForm, advice: TrainingAdvice): readonly TrainingFinding[] {
  const leaks = choosable(form, advice).filter(
    (column) => column.warning !== null && LEAKS.includes(column.warning) && isColumnIncluded(form, column),
  );
  return [
    ...leaks.map(({ column }) => ({
      warning: 'leakage' as const,
      message: m.includedLeak(column),
      remedy: m.includedLeakRemedy,
      rows: null,
      columns: [column],
    })),
    // Split by time, nothing travels in it; a column that is left out tells nothing.
    ...advice.findings.filter(({ warning, columns: [first = ''] }) =>
      warning === 'timeTravel'
        ? form.split.kind === 'fraction'
        : !(warning === 'leakage' && form.included[first] === false),
    ),
  ];
}

/** The one click that a finding asks for; undefined where the person has to think. */
export function findingAction(
  finding: TrainingFinding,
  {
    form,
    dataset,
    onChange,
  }: {
    readonly form: TrainingForm;
    readonly dataset: DatasetVersion | undefined;
    readonly onChange: (form: TrainingForm) => void;
  },
): FindingAction | undefined {
  const [first] = finding.columns;
  if (first === undefined) return undefined;
  if (LEAKS.includes(finding.warning) || finding.warning === 'tooGood')
    return {
      label: m.leaveOut(first),
      act: () => onChange({ ...form, included: { ...form.included, [first]: false } }),
    };
  const type = dataset?.columns.find(({ name }) => name === first)?.type;
  if (finding.warning === 'timeTravel' && type !== undefined && isTime(type))
    return {
      label: m.splitByTime(first),
      act: () => onChange({ ...form, split: { ...form.split, kind: 'time', timeColumn: first } }),
    };
  return undefined;
}
