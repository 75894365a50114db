import { Alert, Group, NumberInput, SegmentedControl, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { TrainingAdvice } from '../../../shared/contract/training.ts';
import { formatCount, formatShare } from '../../lib/format.ts';
import { FormSection } from './FormSection.tsx';
import { trainingMessages } from './messages.ts';
import { formFor, isNumeric, type TrainingForm } from './training-form.ts';

interface QuestionSectionProps {
  readonly form: TrainingForm;
  readonly datasets: readonly DatasetVersion[];
  readonly dataset: DatasetVersion | undefined;
  readonly advice: TrainingAdvice | undefined;
  /** The columns are being looked at for this question. */
  readonly isLooking: boolean;
  readonly onChange: (form: TrainingForm) => void;
}

const taskNames = {
  binary: trainingMessages.taskBinary,
  multiclass: trainingMessages.taskMulticlass,
  regression: trainingMessages.taskRegression,
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

/** What is asked of which data: dataset, target, number or "is it over". */
export function QuestionSection({ form, datasets, dataset, advice, isLooking, onChange }: QuestionSectionProps) {
  const target = dataset?.columns.find((column) => column.name === form.targetColumn);
  const choose = (name: string | null) => {
    const next = datasets.find((one) => `${one.name}@${one.version}` === name);
    if (next !== undefined) onChange(formFor(next));
  };
  return (
    <FormSection title={trainingMessages.sectionQuestion}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
          <Select
            label={trainingMessages.dataset}
            placeholder={trainingMessages.datasetPlaceholder}
            data={datasets.map((one) => `${one.name}@${one.version}`)}
            value={form.dataset}
            searchable
            allowDeselect={false}
            onChange={choose}
          />
          <Select
            label={trainingMessages.target}
            placeholder={trainingMessages.targetPlaceholder}
            data={(dataset?.columns ?? []).map((column) => column.name)}
            value={form.targetColumn}
            disabled={dataset === undefined}
            searchable
            allowDeselect={false}
            onChange={(targetColumn) =>
              onChange({
                ...form,
                targetColumn,
                over: null,
                weights: form.weights === targetColumn ? null : form.weights,
              })
            }
          />
          <Select
            label={trainingMessages.weights}
            placeholder={trainingMessages.weightsPlaceholder}
            data={(dataset?.columns ?? [])
              .filter((column) => isNumeric(column.type) && column.name !== form.targetColumn)
              .map((column) => column.name)}
            value={form.weights}
            disabled={dataset === undefined}
            searchable
            clearable
            onChange={(weights) => onChange({ ...form, weights })}
          />
        </SimpleGrid>
        {target && isNumeric(target.type) && (
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
                label={`${trainingMessages.over} (${target.name})`}
                value={form.over}
                onChange={(value) => typeof value === 'number' && onChange({ ...form, over: value })}
              />
            )}
          </Group>
        )}
        {advice && <Found advice={advice} />}
        {!advice && isLooking && (
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
