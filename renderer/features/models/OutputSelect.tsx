import { Select } from '@mantine/core';
import type { Explanation } from '../../../shared/contract/explanation.ts';
import { modelsMessages as m } from './messages.ts';

interface OutputSelectProps {
  readonly outputs: Explanation['outputs'];
  readonly value: number;
  readonly onChange: (output: number) => void;
}

/** Which of several classes or labels is looked at; nothing where there is but one answer. */
export function OutputSelect({ outputs, value, onChange }: OutputSelectProps) {
  if (outputs.length <= 1) return null;
  return (
    <Select
      size="xs"
      label={m.explainClass}
      data={outputs.map(({ label }, at) => ({ value: String(at), label: label ?? '' }))}
      value={String(value)}
      allowDeselect={false}
      onChange={(chosen) => chosen !== null && onChange(Number(chosen))}
    />
  );
}
