import { Box, Group, NumberInput, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import { formatNumber } from '../../lib/format.ts';
import { FormSection } from './FormSection.tsx';
import { trainingMessages } from './messages.ts';
import { isTime, type SplitFields, splitShares } from './training-form.ts';

interface SplitSectionProps {
  readonly split: SplitFields;
  readonly dataset: DatasetVersion | undefined;
  readonly datasets: readonly DatasetVersion[];
  readonly onChange: (split: SplitFields) => void;
}

const kinds = [
  { value: 'fraction', label: trainingMessages.splitFraction, hint: trainingMessages.splitFractionHint },
  { value: 'time', label: trainingMessages.splitTime, hint: trainingMessages.splitTimeHint },
  { value: 'column', label: trainingMessages.splitColumn, hint: trainingMessages.splitColumnHint },
  { value: 'dataset', label: trainingMessages.splitDataset, hint: trainingMessages.splitDatasetHint },
] as const;

interface ShareInputProps {
  readonly label: string;
  readonly value: number;
  readonly isDisabled?: boolean;
  readonly onChange: (share: number) => void;
}

function ShareInput({ label, value, isDisabled = false, onChange }: ShareInputProps) {
  return (
    <NumberInput
      size="xs"
      w={130}
      label={label}
      min={0}
      max={89}
      disabled={isDisabled}
      value={Math.round(value * 1000) / 10}
      onChange={(next) => typeof next === 'number' && onChange(next / 100)}
    />
  );
}

/** The parts as one bar with their names below. */
function PartsBar({ split }: { readonly split: SplitFields }) {
  const parts = splitShares(split);
  if (parts === null) return null;
  const bars = [
    { name: trainingMessages.partTrain, share: parts.train, opacity: 1 },
    { name: trainingMessages.partValidation, share: parts.validation, opacity: 0.6 },
    { name: trainingMessages.partTest, share: parts.test, opacity: 0.3 },
  ].filter((bar) => bar.share > 0);
  const text = bars.map((bar) => `${bar.name} ${formatNumber(bar.share * 100)} %`).join(', ');
  return (
    <div>
      <Group gap={2} wrap="nowrap" aria-hidden>
        {bars.map((bar) => (
          <Box
            key={bar.name}
            flex={`${bar.share} 1 0`}
            h={6}
            bg="var(--mantine-primary-color-filled)"
            opacity={bar.opacity}
          />
        ))}
      </Group>
      <Text size="xs" c="dimmed" mt={4} className="tabular">
        {text}
      </Text>
    </div>
  );
}

/** How rows are divided into training, validation and test. */
export function SplitSection({ split, dataset, datasets, onChange }: SplitSectionProps) {
  const columns = dataset?.columns ?? [];
  const names = columns.map((column) => column.name);
  const times = columns.filter((column) => isTime(column.type)).map((column) => column.name);
  const hint = kinds.find((kind) => kind.value === split.kind)?.hint;
  const choose = (value: string) => {
    const kind = kinds.find((one) => one.value === value)?.value;
    if (kind !== undefined) onChange({ ...split, kind });
  };
  return (
    <FormSection title={trainingMessages.sectionSplit}>
      <Stack gap="sm">
        <SegmentedControl
          size="xs"
          aria-label={trainingMessages.splitKind}
          data={kinds.map(({ value, label }) => ({ value, label, disabled: value === 'time' && times.length === 0 }))}
          value={split.kind}
          onChange={choose}
        />
        <Text size="xs" c="dimmed">
          {hint}
        </Text>
        <Group align="flex-end" gap="sm">
          {split.kind === 'time' && (
            <>
              <Select
                allowDeselect={false}
                size="xs"
                w={170}
                label={trainingMessages.splitTimeColumn}
                data={times}
                value={split.timeColumn}
                onChange={(timeColumn) => onChange({ ...split, timeColumn })}
              />
              <TextInput
                size="xs"
                w={200}
                label={trainingMessages.splitTestFrom}
                title={trainingMessages.splitTestFromHint}
                placeholder="2013-06-01"
                value={split.testFrom}
                onChange={(event) => onChange({ ...split, testFrom: event.currentTarget.value })}
              />
            </>
          )}
          {split.kind === 'column' && (
            <Select
              allowDeselect={false}
              size="xs"
              label={trainingMessages.splitPartColumn}
              data={names}
              value={split.partColumn}
              searchable
              onChange={(partColumn) => onChange({ ...split, partColumn })}
            />
          )}
          {split.kind === 'dataset' && (
            <Select
              allowDeselect={false}
              size="xs"
              label={trainingMessages.splitTestDataset}
              data={datasets.map((one) => `${one.name}@${one.version}`)}
              value={split.testDataset}
              searchable
              onChange={(testDataset) => onChange({ ...split, testDataset })}
            />
          )}
          {(split.kind === 'fraction' || split.kind === 'time') && (
            <ShareInput
              label={trainingMessages.splitTest}
              value={split.test}
              isDisabled={split.kind === 'time' && split.testFrom !== ''}
              onChange={(test) => onChange({ ...split, test })}
            />
          )}
          {split.kind !== 'column' && (
            <ShareInput
              label={trainingMessages.splitValidation}
              value={split.validation}
              onChange={(validation) => onChange({ ...split, validation })}
            />
          )}
        </Group>
        <PartsBar split={split} />
      </Stack>
    </FormSection>
  );
}
