import { NumberInput, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { CalibrationChoice } from '../../../shared/contract/calibration.ts';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import { EnsembleChoice } from '../../../shared/contract/ensembles.ts';
import type { Task } from '../../../shared/contract/models.ts';
import { SearchMethod } from '../../../shared/contract/search.ts';
import { FormSection } from './FormSection.tsx';
import { trainingMessages as m } from './messages.ts';
import { type FoldKind, foldKinds, isTime, type TrainingForm, type TuningFields } from './training-form.ts';

interface TuningSectionProps {
  readonly form: TrainingForm;
  readonly dataset: DatasetVersion | undefined;
  readonly task: Task | undefined;
  readonly onChange: (form: TrainingForm) => void;
}

const hintBelow = ['label', 'input', 'description'] satisfies ('label' | 'input' | 'description')[];

/** How parameters are found and judged: a search, folds, calibrated probabilities, several models as one. */
export function TuningSection({ form, dataset, task, onChange }: TuningSectionProps) {
  const { tuning } = form;
  const change = (fields: Partial<TuningFields>) => onChange({ ...form, tuning: { ...tuning, ...fields } });
  const columns = (dataset?.columns ?? [])
    .filter(({ name, type }) => name !== form.targetColumn && (tuning.folds !== 'time' || isTime(type)))
    .map(({ name }) => name);
  const needsColumn = tuning.folds === 'grouped' || tuning.folds === 'time';
  return (
    <FormSection title={m.sectionTuning}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="sm">
          <Select
            size="xs"
            label={m.search}
            allowDeselect={false}
            data={[
              { value: 'none', label: m.searchNone },
              ...SearchMethod.options.map((value) => ({ value, label: m.searchMethods[value] })),
            ]}
            value={tuning.search ?? 'none'}
            onChange={(value) => change({ search: SearchMethod.options.find((one) => one === value) ?? null })}
          />
          {tuning.search !== null && (
            <NumberInput
              size="xs"
              label={m.searchTrials}
              description={m.searchTrialsHint}
              inputWrapperOrder={hintBelow}
              min={1}
              allowDecimal={false}
              value={tuning.trials ?? ''}
              onChange={(value) => change({ trials: typeof value === 'number' ? value : null })}
            />
          )}
          <Select
            size="xs"
            label={m.folds}
            allowDeselect={false}
            data={[
              { value: 'none', label: m.foldsNone },
              ...foldKinds.map((value) => ({ value, label: m.foldKinds[value] })),
            ]}
            value={tuning.folds ?? 'none'}
            onChange={(value) => {
              const folds: FoldKind | null = foldKinds.find((one) => one === value) ?? null;
              change({
                folds,
                foldColumn: folds === 'time' ? form.split.timeColumn : null,
                ...(folds === null && tuning.ensemble === 'bagging' ? { ensemble: 'none' } : {}),
              });
            }}
          />
          {tuning.folds !== null && (
            <NumberInput
              size="xs"
              label={m.foldCount}
              min={2}
              max={50}
              allowDecimal={false}
              value={tuning.foldCount}
              onChange={(value) => typeof value === 'number' && change({ foldCount: value })}
            />
          )}
          {needsColumn && (
            <Select
              size="xs"
              label={tuning.folds === 'time' ? m.foldTime : m.foldGroup}
              allowDeselect={false}
              searchable
              data={columns}
              value={tuning.foldColumn}
              onChange={(foldColumn) => change({ foldColumn })}
            />
          )}
          <Select
            size="xs"
            label={m.ensemble}
            allowDeselect={false}
            data={EnsembleChoice.options.map((value) => ({
              value,
              label: m.ensembles[value],
              disabled: value === 'bagging' && tuning.folds === null,
            }))}
            value={tuning.ensemble}
            onChange={(value) => change({ ensemble: EnsembleChoice.options.find((one) => one === value) ?? 'none' })}
          />
          {task !== 'regression' && (
            <Select
              size="xs"
              label={m.calibration}
              allowDeselect={false}
              data={[
                { value: 'left', label: m.calibrationLeft },
                ...CalibrationChoice.options.map((value) => ({ value, label: m.calibrations[value] })),
              ]}
              value={tuning.calibration ?? 'left'}
              onChange={(value) =>
                change({ calibration: CalibrationChoice.options.find((one) => one === value) ?? null })
              }
            />
          )}
        </SimpleGrid>
        <Text size="xs" c="dimmed">
          {tuning.search === null ? m.searchOff : form.algorithm === 'auto' ? m.searchAuto : m.searchOne}
          {tuning.folds !== null && ` ${m.foldsHint}`}
        </Text>
      </Stack>
    </FormSection>
  );
}
