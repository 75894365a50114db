import { NumberInput, Select, SimpleGrid, TextInput } from '@mantine/core';
import type { Provider } from '../../../shared/contract/providers.ts';
import { providerLabel } from '../../lib/provider-label.ts';
import { trainingMessages } from './messages.ts';
import type { TrainingForm } from './training-form.ts';

interface RunFieldsProps {
  readonly form: TrainingForm;
  /** Execution providers that work here. */
  readonly providers: readonly Provider[];
  readonly onChange: (form: TrainingForm) => void;
}

const hintBelow = ['label', 'input', 'description'] satisfies ('label' | 'input' | 'description')[];

/** Whatever is trained: how long, from which seed, where, and what the model is called. */
export function RunFields({ form, providers, onChange }: RunFieldsProps) {
  const isUnusual = form.purpose === 'unusual';
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
      {!isUnusual && (
        <NumberInput
          size="xs"
          label={trainingMessages.budget}
          description={trainingMessages.budgetHint}
          inputWrapperOrder={hintBelow}
          min={1}
          value={form.budgetSeconds ?? ''}
          onChange={(value) =>
            onChange({ ...form, budgetSeconds: typeof value === 'number' && value > 0 ? value : null })
          }
        />
      )}
      <NumberInput
        size="xs"
        label={trainingMessages.seed}
        description={trainingMessages.seedHint}
        inputWrapperOrder={hintBelow}
        min={0}
        allowDecimal={false}
        value={form.seed}
        onChange={(value) => onChange({ ...form, seed: typeof value === 'number' ? value : 0 })}
      />
      <TextInput
        size="xs"
        label={trainingMessages.name}
        placeholder={trainingMessages.namePlaceholder}
        maxLength={200}
        value={form.name}
        onChange={(event) => onChange({ ...form, name: event.currentTarget.value })}
      />
      {!isUnusual && providers.length > 1 && (
        <Select
          size="xs"
          label={trainingMessages.provider}
          description={trainingMessages.providerHint}
          inputWrapperOrder={hintBelow}
          allowDeselect={false}
          data={[
            { value: 'auto', label: trainingMessages.providerAuto },
            ...providers.map((provider) => ({ value: provider, label: providerLabel(provider) })),
          ]}
          value={form.provider}
          onChange={(value) => {
            const provider = value === 'auto' ? 'auto' : providers.find((one) => one === value);
            if (provider !== undefined) onChange({ ...form, provider });
          }}
        />
      )}
    </SimpleGrid>
  );
}
