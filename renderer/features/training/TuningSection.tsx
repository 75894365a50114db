import { NumberInput, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { CalibrationChoice } from '../../../shared/contract/calibration.ts';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import { EnsembleChoice } from '../../../shared/contract/ensembles.ts';
import type { Task } from '../../../shared/contract/models.ts';
import type { ParamInfo } from '../../../shared/contract/param-info.ts';
import { SearchMethod } from '../../../shared/contract/search.ts';
import { FoldFields } from './FoldFields.tsx';
import { FormSection } from './FormSection.tsx';
import type { FaultOf } from './form-faults.ts';
import { trainingMessages as m } from './messages.ts';
import { SearchSpace } from './SearchSpace.tsx';
import { isAutomatic, type TrainingForm, type TuningFields } from './training-form.ts';

interface TuningSectionProps {
  readonly form: TrainingForm;
  readonly dataset: DatasetVersion | undefined;
  readonly task: Task | undefined;
  /** Parameters of the chosen algorithm; none while it is chosen too. */
  readonly params: readonly ParamInfo[];
  /** Searches that this one may know beforehand. */
  readonly searches: readonly string[];
  readonly fault: FaultOf;
  readonly onChange: (form: TrainingForm) => void;
}

const hintBelow = ['label', 'input', 'description', 'error'] satisfies ('label' | 'input' | 'description' | 'error')[];
const NOTHING = '';

/** How many configurations, how they are proposed, and what is known of them beforehand. */
function SearchFields({
  form,
  searches,
  fault,
  change,
}: Pick<TuningSectionProps, 'form' | 'searches' | 'fault'> & {
  readonly change: (fields: Partial<TuningFields>) => void;
}) {
  const { tuning } = form;
  const { warmStart } = tuning;
  const known = warmStart === null || searches.includes(warmStart) ? searches : [warmStart, ...searches];
  return (
    <>
      <Select
        size="xs"
        label={m.search}
        allowDeselect={false}
        data={[
          { value: 'none', label: isAutomatic(form) ? m.searchByItself : m.searchNone },
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
          error={fault('noSearchEnd')}
          onChange={(value) => change({ trials: typeof value === 'number' ? value : null })}
        />
      )}
      {tuning.search !== null && known.length > 0 && (
        <Select
          size="xs"
          label={m.warmStart}
          description={m.warmStartHint}
          inputWrapperOrder={hintBelow}
          allowDeselect={false}
          data={[{ value: NOTHING, label: m.warmStartNone }, ...known]}
          value={warmStart ?? NOTHING}
          onChange={(value) => change({ warmStart: value === NOTHING ? null : value })}
        />
      )}
    </>
  );
}

/** How parameters are found and judged: a search, folds, calibrated probabilities, several models as one. */
export function TuningSection({ form, dataset, task, params, searches, fault, onChange }: TuningSectionProps) {
  const { tuning } = form;
  // What is done where nothing is said.
  const leftOut: CalibrationChoice = isAutomatic(form) ? 'auto' : 'none';
  const change = (fields: Partial<TuningFields>) => onChange({ ...form, tuning: { ...tuning, ...fields } });
  return (
    <FormSection title={m.sectionTuning}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="sm">
          <SearchFields form={form} searches={searches} fault={fault} change={change} />
          <FoldFields form={form} dataset={dataset} fault={fault} change={change} />
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
              data={CalibrationChoice.options.map((value) => ({ value, label: m.calibrations[value] }))}
              value={tuning.calibration ?? leftOut}
              onChange={(value) => {
                const calibration = CalibrationChoice.options.find((one) => one === value) ?? null;
                change({ calibration: calibration === leftOut ? null : calibration });
              }}
            />
          )}
        </SimpleGrid>
        <Text size="xs" c="dimmed">
          {tuning.search === null
            ? isAutomatic(form)
              ? m.searchByItselfHint
              : m.searchOff
            : isAutomatic(form)
              ? m.searchAuto
              : m.searchOne}
          {tuning.folds !== null && ` ${m.foldsHint} ${m.outOfFold}`}
        </Text>
        {tuning.search !== null && params.length > 0 && (
          <SearchSpace
            params={params}
            fixed={form.params}
            ranges={tuning.ranges}
            onChange={(ranges) => change({ ranges })}
          />
        )}
      </Stack>
    </FormSection>
  );
}
