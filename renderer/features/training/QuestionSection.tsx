import {
  Alert,
  Group,
  MultiSelect,
  NumberInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
} from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { TrainingAdvice } from '../../../shared/contract/training.ts';
import { versionReference } from '../../../shared/ids.ts';
import { formatCount, formatShare } from '../../lib/format.ts';
import { FormSection } from './FormSection.tsx';
import type { FaultOf } from './form-faults.ts';
import { trainingMessages } from './messages.ts';
import { formFor, isNumeric, type TrainingForm, withPurpose } from './training-form.ts';
import type { DataLook } from './use-look.ts';

interface QuestionSectionProps {
  readonly form: TrainingForm;
  readonly datasets: readonly DatasetVersion[];
  readonly dataset: DatasetVersion | undefined;
  readonly look: DataLook;
  /** The first algorithm that learns without a target. */
  readonly detector: string | undefined;
  readonly fault: FaultOf;
  readonly onChange: (form: TrainingForm) => void;
}

const taskNames = {
  binary: trainingMessages.taskBinary,
  multiclass: trainingMessages.taskMulticlass,
  regression: trainingMessages.taskRegression,
  multilabel: trainingMessages.taskMultilabel,
} as const;

const mostClasses = 4;

function Found({ advice }: { readonly advice: TrainingAdvice }) {
  const classes = advice.classes ?? [];
  const total = classes.reduce((sum, one) => sum + one.count, 0);
  const shown = classes
    .slice(0, mostClasses)
    .map((one) => trainingMessages.classShare(one.label, formatShare(total === 0 ? 0 : one.count / total)));
  const rest = classes.length - mostClasses;
  return (
    <Text size="sm" c="dimmed">
      {trainingMessages.taskFound(taskNames[advice.task])} ·{' '}
      {trainingMessages.rowsWithTarget(formatCount(advice.rowsWithTarget), formatCount(advice.rows))}
      {classes.length > 0 &&
        ` · ${[...shown, ...(rest > 0 ? [trainingMessages.moreClasses(formatCount(rest))] : [])].join(', ')}`}
    </Text>
  );
}

/** The column that is predicted, and the one that says how much a row counts. */
function TargetFields({
  form,
  dataset,
  fault,
  onChange,
}: Omit<QuestionSectionProps, 'datasets' | 'look' | 'detector'>) {
  return (
    <>
      <Select
        label={trainingMessages.target}
        placeholder={trainingMessages.targetPlaceholder}
        data={(dataset?.columns ?? []).map((column) => column.name)}
        value={form.targetColumn}
        disabled={dataset === undefined}
        error={fault('noTarget')}
        openOnFocus={false}
        searchable
        allowDeselect={false}
        onChange={(targetColumn) =>
          onChange({
            ...form,
            targetColumn,
            over: null,
            moreLabels: [],
            weights: form.weights === targetColumn ? null : form.weights,
          })
        }
      />
      <Select
        label={trainingMessages.weights}
        placeholder={trainingMessages.weightsPlaceholder}
        data={(dataset?.columns ?? [])
          .filter(({ name, type }) => isNumeric(type) && name !== form.targetColumn && !form.moreLabels.includes(name))
          .map((column) => column.name)}
        value={form.weights}
        disabled={dataset === undefined}
        searchable
        clearable
        onChange={(weights) => onChange({ ...form, weights })}
      />
    </>
  );
}

/** Further columns of yes or no that are predicted with the target. */
function MoreLabels({ form, dataset, onChange }: Pick<QuestionSectionProps, 'form' | 'dataset' | 'onChange'>) {
  return (
    <MultiSelect
      label={trainingMessages.moreLabels}
      description={trainingMessages.moreLabelsHint}
      data={(dataset?.columns ?? [])
        .map(({ name }) => name)
        .filter((name) => name !== form.targetColumn && name !== form.weights)}
      value={[...form.moreLabels]}
      searchable
      clearable
      onChange={(moreLabels) => onChange({ ...form, moreLabels, over: null })}
    />
  );
}

/** A number as it is, or whether it is over another. */
function NumberQuestion({ form, onChange }: Pick<QuestionSectionProps, 'form' | 'onChange'>) {
  return (
    <Group align="flex-end" gap="sm">
      <SegmentedControl
        size="xs"
        aria-label={trainingMessages.questionKind}
        data={[
          { value: 'number', label: trainingMessages.asNumber },
          { value: 'over', label: trainingMessages.asOver },
        ]}
        value={form.over === null ? 'number' : 'over'}
        onChange={(kind) => onChange({ ...form, over: kind === 'over' ? 0 : null })}
      />
      {form.over !== null && (
        <NumberInput
          size="xs"
          w={140}
          label={`${trainingMessages.over} (${form.targetColumn})`}
          value={form.over}
          onChange={(value) => typeof value === 'number' && onChange({ ...form, over: value })}
        />
      )}
    </Group>
  );
}

/** What is asked of which data: a column to predict, or how unusual a row is. */
export function QuestionSection(props: QuestionSectionProps) {
  const { form, datasets, dataset, look, detector, fault, onChange } = props;
  const target = dataset?.columns.find((column) => column.name === form.targetColumn);
  const isUnusual = form.purpose === 'unusual';
  const choose = (name: string | null) => {
    const next = datasets.find((one) => versionReference(one) === name);
    if (next === undefined) return;
    const opened = formFor(next);
    onChange(isUnusual && opened.takes === 'columns' ? withPurpose(opened, 'unusual', detector) : opened);
  };
  const advice = look.isSettled ? look.advice : undefined;
  return (
    <FormSection
      title={trainingMessages.sectionQuestion}
      aside={
        form.takes === 'columns' && (
          <SegmentedControl
            size="xs"
            aria-label={trainingMessages.purpose}
            data={[
              { value: 'predict', label: trainingMessages.purposePredict },
              { value: 'unusual', label: trainingMessages.purposeUnusual },
            ]}
            value={form.purpose}
            onChange={(value) => onChange(withPurpose(form, value === 'unusual' ? 'unusual' : 'predict', detector))}
          />
        )
      }
    >
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
          <Select
            label={trainingMessages.dataset}
            placeholder={trainingMessages.datasetPlaceholder}
            data={datasets.map((one) => versionReference(one))}
            value={form.dataset}
            error={fault('noDataset')}
            openOnFocus={false}
            searchable
            allowDeselect={false}
            onChange={choose}
          />
          {!isUnusual && <TargetFields form={form} dataset={dataset} fault={fault} onChange={onChange} />}
        </SimpleGrid>
        {isUnusual && (
          <Text size="sm" c="dimmed">
            {trainingMessages.purposeUnusualHint}
            {look.rows !== undefined && ` ${trainingMessages.rowsToLearn(formatCount(look.rows))}`}
          </Text>
        )}
        {!isUnusual && target && isNumeric(target.type) && form.moreLabels.length === 0 && (
          <NumberQuestion form={form} onChange={onChange} />
        )}
        {!isUnusual && form.takes === 'columns' && (advice?.task === 'binary' || form.moreLabels.length > 0) && (
          <MoreLabels form={form} dataset={dataset} onChange={onChange} />
        )}
        {advice && <Found advice={advice} />}
        {!advice && !isUnusual && form.targetColumn !== null && (!look.isSettled || look.isLooking) && (
          <Text size="sm" c="dimmed">
            {trainingMessages.looking}
          </Text>
        )}
        {advice?.blockedBy && (
          <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={trainingMessages.blocked}>
            {advice.blockedBy}
          </Alert>
        )}
      </Stack>
    </FormSection>
  );
}
