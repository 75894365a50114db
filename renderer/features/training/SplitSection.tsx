import { Box, Group, NumberInput, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import { versionReference } from '../../../shared/ids.ts';
import { formatNumber } from '../../lib/format.ts';
import { FormSection } from './FormSection.tsx';
import type { FaultOf } from './form-faults.ts';
import { trainingMessages } from './messages.ts';
import { isTime, type SplitFields, splitShares } from './training-form.ts';

interface SplitSectionProps {
  /** False: rows are only held out, at random. */
  readonly hasTarget: boolean;
  readonly fault: FaultOf;
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
  readonly error?: string | undefined;
  readonly onChange: (share: number) => void;
}

function ShareInput({ label, value, isDisabled = false, error, onChange }: ShareInputProps) {
  return (
    <NumberInput
      size="xs"
      w={130}
      label={label}
      min={0}
      max={100}
      disabled={isDisabled}
      error={error !== undefined}
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
      <Group gap={2} wrap="nowrap" className="filled" aria-hidden>
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
export function SplitSection({ split, dataset, datasets, hasTarget, fault, onChange }: SplitSectionProps) {
  const columns = dataset?.columns ?? [];
  const names = columns.map((column) => column.name);
  const times = columns.filter((column) => isTime(column.type)).map((column) => column.name);
  const hint = kinds.find((kind) => kind.value === split.kind)?.hint;
  const kind = hasTarget ? split.kind : 'fraction';
  const share = fault('noTestShare') ?? fault('noTrainShare');
  const choose = (value: string) => {
    const next = kinds.find((one) => one.value === value)?.value;
    if (next !== undefined) onChange({ ...split, kind: next });
  };
  return (
    <FormSection title={trainingMessages.sectionSplit}>
      <Stack gap="sm">
        {hasTarget && (
          <SegmentedControl
            size="xs"
            aria-label={trainingMessages.splitKind}
            data={kinds.map(({ value, label }) => ({ value, label, disabled: value === 'time' && times.length === 0 }))}
            value={split.kind}
            onChange={choose}
          />
        )}
        <Text size="xs" c="dimmed">
          {hasTarget ? hint : trainingMessages.splitUnusualHint}
        </Text>
        <Group align="flex-end" gap="sm">
          {kind === 'time' && (
            <>
              <Select
                allowDeselect={false}
                size="xs"
                w={170}
                label={trainingMessages.splitTimeColumn}
                error={fault('noTimeColumn')}
                openOnFocus={false}
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
          {kind === 'column' && (
            <Select
              allowDeselect={false}
              size="xs"
              label={trainingMessages.splitPartColumn}
              error={fault('noPartColumn')}
              openOnFocus={false}
              data={names}
              value={split.partColumn}
              searchable
              onChange={(partColumn) => onChange({ ...split, partColumn })}
            />
          )}
          {kind === 'dataset' && (
            <Select
              allowDeselect={false}
              size="xs"
              label={trainingMessages.splitTestDataset}
              error={fault('noTestDataset')}
              openOnFocus={false}
              data={datasets.map((one) => versionReference(one))}
              value={split.testDataset}
              searchable
              onChange={(testDataset) => onChange({ ...split, testDataset })}
            />
          )}
          {(kind === 'fraction' || kind === 'time') && (
            <ShareInput
              label={trainingMessages.splitTest}
              value={split.test}
              error={share}
              isDisabled={kind === 'time' && split.testFrom !== ''}
              onChange={(test) => onChange({ ...split, test })}
            />
          )}
          {hasTarget && kind !== 'column' && (
            <ShareInput
              label={trainingMessages.splitValidation}
              error={fault('noTrainShare')}
              value={split.validation}
              onChange={(validation) => onChange({ ...split, validation })}
            />
          )}
        </Group>
        {share !== undefined && (
          <Text size="xs" c="var(--mantine-color-error)" role="alert">
            {share}
          </Text>
        )}
        <PartsBar split={hasTarget ? split : { ...split, kind: 'fraction', validation: 0 }} />
      </Stack>
    </FormSection>
  );
}
