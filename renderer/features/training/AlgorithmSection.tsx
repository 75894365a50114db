import { NumberInput, Radio, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import type { Task } from '../../../shared/contract/models.ts';
import type { Provider } from '../../../shared/contract/providers.ts';
import type { EstimatorInfo } from '../../../shared/contract/training.ts';
import { providerLabel } from '../../lib/provider-label.ts';
import { AlgorithmParams } from './AlgorithmParams.tsx';
import { FormSection } from './FormSection.tsx';
import { trainingMessages } from './messages.ts';
import type { TrainingForm } from './training-form.ts';

interface AlgorithmSectionProps {
  readonly form: TrainingForm;
  readonly estimators: readonly EstimatorInfo[];
  /** Execution providers that work here. */
  readonly providers: readonly Provider[];
  /** Known once the target was looked at; algorithms that cannot do it are left out. */
  readonly task: Task | undefined;
  readonly onChange: (form: TrainingForm) => void;
}

const auto = { algorithm: 'auto', label: trainingMessages.auto, description: trainingMessages.autoDescription };

/** Algorithm with its parameters, time budget, seed, name. Only the chosen one is described: the list stays short. */
export function AlgorithmSection({ form, estimators, providers, task, onChange }: AlgorithmSectionProps) {
  const fitting = estimators.filter((estimator) => task === undefined || estimator.tasks.includes(task));
  const chosen = fitting.find((estimator) => estimator.algorithm === form.algorithm);
  return (
    <FormSection title={trainingMessages.sectionAlgorithm}>
      <Stack gap="sm">
        <Radio.Group
          aria-label={trainingMessages.algorithm}
          value={form.algorithm}
          onChange={(algorithm) => onChange({ ...form, algorithm, params: {} })}
        >
          <Stack gap={8}>
            {[auto, ...fitting].map(({ algorithm, label, description }) => (
              <Radio
                key={algorithm}
                value={algorithm}
                size="sm"
                label={label}
                title={description}
                {...(algorithm === form.algorithm ? { description } : {})}
              />
            ))}
          </Stack>
        </Radio.Group>
        {chosen && (
          <AlgorithmParams
            key={chosen.algorithm}
            estimator={chosen}
            values={form.params}
            onChange={(params) => onChange({ ...form, params })}
          />
        )}
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
          <NumberInput
            size="xs"
            label={trainingMessages.budget}
            description={trainingMessages.budgetHint}
            inputWrapperOrder={['label', 'input', 'description']}
            min={1}
            value={form.budgetSeconds ?? ''}
            onChange={(value) => onChange({ ...form, budgetSeconds: typeof value === 'number' ? value : null })}
          />
          <NumberInput
            size="xs"
            label={trainingMessages.seed}
            description={trainingMessages.seedHint}
            inputWrapperOrder={['label', 'input', 'description']}
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
          {providers.length > 1 && (
            <Select
              size="xs"
              label={trainingMessages.provider}
              description={trainingMessages.providerHint}
              inputWrapperOrder={['label', 'input', 'description']}
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
      </Stack>
    </FormSection>
  );
}
