import { Checkbox, NumberInput, Select } from '@mantine/core';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { FaultOf } from './form-faults.ts';
import { trainingMessages as m } from './messages.ts';
import {
  type FoldKind,
  foldKinds,
  isAutomatic,
  isTime,
  type TrainingForm,
  type TuningFields,
} from './training-form.ts';

interface FoldFieldsProps {
  readonly form: TrainingForm;
  readonly dataset: DatasetVersion | undefined;
  readonly fault: FaultOf;
  readonly change: (fields: Partial<TuningFields>) => void;
}

const hintBelow = ['label', 'input', 'description', 'error'] satisfies ('label' | 'input' | 'description' | 'error')[];

/** What configurations are judged on: one validation part, or folds of a kind, how many, how often. */
export function FoldFields({ form, dataset, fault, change }: FoldFieldsProps) {
  const { tuning } = form;
  const { folds } = tuning;
  const columns = (dataset?.columns ?? [])
    .filter(({ name, type }) => name !== form.targetColumn && (folds !== 'time' || isTime(type)))
    .map(({ name }) => name);
  const choose = (value: string | null) => {
    const kind: FoldKind | null = foldKinds.find((one) => one === value) ?? null;
    change({
      folds: kind,
      foldColumn: kind === 'time' ? form.split.timeColumn : null,
      ...(kind === null ? { isNested: false } : {}),
      ...(kind === null && tuning.ensemble === 'bagging' ? { ensemble: 'none' } : {}),
    });
  };
  return (
    <>
      <Select
        size="xs"
        label={m.folds}
        allowDeselect={false}
        data={[
          { value: 'none', label: m.foldsNone },
          ...foldKinds.map((value) => ({ value, label: m.foldKinds[value] })),
        ]}
        value={folds ?? 'none'}
        onChange={choose}
      />
      {folds !== null && (
        <NumberInput
          size="xs"
          label={m.foldCount}
          min={2}
          max={50}
          clampBehavior="strict"
          allowDecimal={false}
          value={tuning.foldCount}
          onChange={(value) => typeof value === 'number' && value >= 2 && change({ foldCount: value })}
        />
      )}
      {(folds === 'grouped' || folds === 'time') && (
        <Select
          size="xs"
          label={folds === 'time' ? m.foldTime : m.foldGroup}
          allowDeselect={false}
          searchable
          data={columns}
          value={tuning.foldColumn}
          error={fault('noFoldColumn')}
          openOnFocus={false}
          onChange={(foldColumn) => change({ foldColumn })}
        />
      )}
      {folds === 'time' && (
        <NumberInput
          size="xs"
          label={m.foldGap}
          description={m.foldGapHint}
          inputWrapperOrder={hintBelow}
          min={0}
          allowDecimal={false}
          allowNegative={false}
          value={tuning.gap}
          onChange={(value) => typeof value === 'number' && change({ gap: value })}
        />
      )}
      {folds !== null && folds !== 'time' && (
        <NumberInput
          size="xs"
          label={m.repeats}
          description={m.repeatsHint}
          inputWrapperOrder={hintBelow}
          min={1}
          max={50}
          allowDecimal={false}
          value={tuning.repeats}
          onChange={(value) => typeof value === 'number' && value >= 1 && change({ repeats: value })}
        />
      )}
      {folds !== null && (tuning.search !== null || isAutomatic(form)) && (
        <Checkbox
          size="xs"
          label={m.nested}
          description={m.nestedHint}
          checked={tuning.isNested}
          onChange={(event) => change({ isNested: event.currentTarget.checked })}
        />
      )}
    </>
  );
}
