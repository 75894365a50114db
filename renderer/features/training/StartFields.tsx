import { Loader, Select, Stack, Text } from '@mantine/core';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import type { FaultOf } from './form-faults.ts';
import { LayerTable } from './LayerTable.tsx';
import { trainingMessages as m } from './messages.ts';
import { type TrainingForm, withStart } from './training-form.ts';
import { tunedLayers } from './training-request.ts';
import type { StartLook } from './use-start.ts';

interface StartFieldsProps {
  readonly form: TrainingForm;
  readonly startable: readonly ModelVersion[];
  readonly start: StartLook;
  readonly fault: FaultOf;
  readonly onChange: (form: TrainingForm) => void;
}

const ANEW = '';

/** What cannot be gone on from, and what to do instead. */
const errorText = (error: Error | null): string | undefined =>
  error === null
    ? undefined
    : error instanceof AppError && error.remedy !== undefined
      ? `${error.message} ${error.remedy}`
      : error.message;

/** A model to go on from, and which of its layers are trained. */
export function StartFields({ form, startable, start, fault, onChange }: StartFieldsProps) {
  const names = startable.map(({ name, version }) => `${name}@${version}`);
  const offered = form.from === null || names.includes(form.from) ? names : [form.from, ...names];
  return (
    <Stack gap="sm">
      <Select
        size="xs"
        maw={320}
        label={m.startFrom}
        description={m.startHint}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        allowDeselect={false}
        searchable
        data={[{ value: ANEW, label: m.startAnew }, ...offered]}
        value={form.from ?? ANEW}
        error={errorText(start.error) ?? (start.isReading ? undefined : fault('noStart'))}
        rightSection={start.isReading ? <Loader size={14} /> : undefined}
        onChange={(value) => value !== null && onChange(withStart(form, value === ANEW ? null : value))}
      />
      {form.from !== null && start.isReading && start.point === undefined && (
        <Text size="xs" c="dimmed">
          {m.startReading}
        </Text>
      )}
      {start.point !== undefined && (
        <LayerTable
          point={start.point}
          tuned={tunedLayers(start.point, form)}
          onChange={(layers) => onChange({ ...form, tunedLayers: layers })}
        />
      )}
    </Stack>
  );
}
