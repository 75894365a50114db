import { Button, Collapse, Group, NumberInput, Radio, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Task } from '../../../shared/contract/models.ts';
import type { EstimatorInfo } from '../../../shared/contract/training.ts';
import { FormSection } from './FormSection.tsx';
import { trainingMessages } from './messages.ts';
import { ParamInput } from './ParamInput.tsx';
import type { TrainingForm } from './training-form.ts';

interface AlgorithmSectionProps {
  readonly form: TrainingForm;
  readonly estimators: readonly EstimatorInfo[];
  /** Known once the target was looked at; algorithms that cannot do it are left out. */
  readonly task: Task | undefined;
  readonly onChange: (form: TrainingForm) => void;
}

/** Algorithm, time budget, seed, name, and the parameters of the algorithm. */
export function AlgorithmSection({ form, estimators, task, onChange }: AlgorithmSectionProps) {
  const [isOpen, { toggle }] = useDisclosure(false);
  const fitting = estimators.filter((estimator) => task === undefined || estimator.tasks.includes(task));
  const chosen = fitting.find((estimator) => estimator.algorithm === form.algorithm);
  const setParam = (name: string, value: unknown) => onChange({ ...form, params: { ...form.params, [name]: value } });
  return (
    <FormSection title={trainingMessages.sectionAlgorithm}>
      <Stack gap="sm">
        <Radio.Group
          aria-label={trainingMessages.algorithm}
          value={form.algorithm}
          onChange={(algorithm) => onChange({ ...form, algorithm, params: {} })}
        >
          <Stack gap={6}>
            <Radio
              value="auto"
              size="sm"
              label={trainingMessages.auto}
              description={trainingMessages.autoDescription}
            />
            {fitting.map((estimator) => (
              <Radio
                key={estimator.algorithm}
                value={estimator.algorithm}
                size="sm"
                label={estimator.label}
                description={estimator.description}
              />
            ))}
          </Stack>
        </Radio.Group>
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
        </SimpleGrid>
        {chosen && (
          <Group gap="xs">
            <Button size="xs" variant="subtle" px={4} aria-expanded={isOpen} onClick={toggle}>
              {trainingMessages.advanced}
            </Button>
            {Object.keys(form.params).length > 0 && (
              <Button size="xs" variant="subtle" onClick={() => onChange({ ...form, params: {} })}>
                {trainingMessages.advancedReset}
              </Button>
            )}
          </Group>
        )}
        {chosen && (
          <Collapse expanded={isOpen}>
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
              {chosen.params.map((param) => (
                <ParamInput
                  key={`${chosen.algorithm} ${param.name}`}
                  param={param}
                  value={form.params[param.name] ?? param.default}
                  onChange={(value) => setParam(param.name, value)}
                />
              ))}
            </SimpleGrid>
          </Collapse>
        )}
      </Stack>
    </FormSection>
  );
}
