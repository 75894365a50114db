import { Radio, Stack } from '@mantine/core';
import type { ModelVersion, Task } from '../../../shared/contract/models.ts';
import type { Provider } from '../../../shared/contract/providers.ts';
import type { DetectorInfo, EstimatorInfo } from '../../../shared/contract/training.ts';
import { AlgorithmParams } from './AlgorithmParams.tsx';
import { FormSection } from './FormSection.tsx';
import type { FaultOf } from './form-faults.ts';
import { trainingMessages } from './messages.ts';
import { RunFields } from './RunFields.tsx';
import { StartFields } from './StartFields.tsx';
import { AUTO, type TrainingForm, withAlgorithm } from './training-form.ts';
import { isProviderOffered } from './training-request.ts';
import type { StartLook } from './use-start.ts';

interface AlgorithmSectionProps {
  readonly form: TrainingForm;
  /** Algorithms that learn from such data: those with a target, or those without. */
  readonly estimators: readonly (EstimatorInfo | DetectorInfo)[];
  /** Execution providers that work here. */
  readonly providers: readonly Provider[];
  /** Known once the target was looked at; algorithms that cannot do it are left out. */
  readonly task: Task | undefined;
  /** Registered models that such a training can go on from. */
  readonly startable: readonly ModelVersion[];
  readonly start: StartLook;
  readonly fault: FaultOf;
  readonly onChange: (form: TrainingForm) => void;
}

const auto = { algorithm: AUTO, label: trainingMessages.auto, description: trainingMessages.autoDescription };

/** Algorithm with its parameters, or a model to go on from; time budget, seed, name. Only the chosen one is described: the list stays short. */
export function AlgorithmSection(props: AlgorithmSectionProps) {
  const { form, estimators, providers, task, startable, start, fault, onChange } = props;
  const fitting = estimators.filter(
    (estimator) => task === undefined || !('tasks' in estimator) || estimator.tasks.includes(task),
  );
  const chosen = fitting.find((estimator) => estimator.algorithm === form.algorithm);
  const offered = form.purpose === 'predict' ? [auto, ...fitting] : fitting;
  const params = form.from === null ? chosen?.params : start.point?.params;
  return (
    <FormSection title={trainingMessages.sectionAlgorithm}>
      <Stack gap="sm">
        {(startable.length > 0 || form.from !== null) && (
          <StartFields form={form} startable={startable} start={start} fault={fault} onChange={onChange} />
        )}
        {form.from === null && (
          <Radio.Group
            aria-label={trainingMessages.algorithm}
            value={form.algorithm}
            onChange={(algorithm) => onChange(withAlgorithm(form, algorithm))}
          >
            <Stack gap={8}>
              {offered.map(({ algorithm, label, description }) => (
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
        )}
        {params !== undefined && (
          <AlgorithmParams
            key={form.from ?? form.algorithm}
            params={params}
            values={form.params}
            onChange={(values) => onChange({ ...form, params: values })}
          />
        )}
        <RunFields form={form} providers={isProviderOffered(form, estimators) ? providers : []} onChange={onChange} />
      </Stack>
    </FormSection>
  );
}
