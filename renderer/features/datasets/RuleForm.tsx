import { Button, Group, Modal, NativeSelect, Select, Stack, TagsInput, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Rule, RuleKindInfo, SchemaDocument } from '../../../shared/contract/validation.ts';
import { messages } from '../../lib/messages/messages.ts';
import { RuleParamInput } from './RuleParamInput.tsx';
import { type FieldValues, fieldValues, paramsFrom } from './rule-params.ts';
import { freeRuleId } from './rule-summary.ts';

interface RuleFormProps {
  /** The rule to change; undefined adds one. */
  readonly rule: Rule | undefined;
  readonly kinds: readonly RuleKindInfo[];
  readonly columns: SchemaDocument['columns'];
  readonly taken: readonly string[];
  readonly onSave: (rule: Rule) => void;
  readonly onClose: () => void;
}

const m = messages.datasets;
const severities = (['error', 'warning'] as const).map((value) => ({ value, label: m.severities[value] }));

/** One form for every kind of rule: the kind says what it takes. */
export function RuleForm({ rule, kinds, columns, taken, onSave, onClose }: RuleFormProps) {
  const [kindName, setKindName] = useState(rule?.kind ?? 'range');
  const kind = kinds.find((one) => one.kind === kindName) ?? kinds[0];
  const [column, setColumn] = useState<string | null>(rule?.column ?? null);
  const [severity, setSeverity] = useState<Rule['severity']>(rule?.severity ?? 'error');
  const [environments, setEnvironments] = useState<readonly string[]>(rule?.environments ?? []);
  const [values, setValues] = useState<FieldValues>(() => fieldValues(kind?.params ?? [], rule?.params ?? {}));
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  if (kind === undefined) return null;
  const fitting = columns.filter(({ type }) => kind.appliesTo.length === 0 || kind.appliesTo.includes(type));
  const chosen = fitting.find(({ name }) => name === column);
  const save = (event: FormEvent) => {
    event.preventDefault();
    const { params, problems: found } = paramsFrom(kind.params, values, chosen?.type);
    const missing = kind.needsColumn && chosen === undefined ? { ...found, column: m.needsValue } : found;
    setProblems(missing);
    if (Object.keys(missing).length > 0) return;
    const target = kind.needsColumn ? (chosen?.name ?? null) : null;
    const isSame = rule !== undefined && rule.kind === kind.kind && rule.column === target;
    const id = isSame
      ? rule.id
      : freeRuleId(
          kind.kind,
          target,
          taken.filter((one) => one !== rule?.id),
        );
    onSave({ id, kind: kind.kind, column: target, params, severity, environments: [...environments] });
  };
  return (
    <Modal opened onClose={onClose} title={rule === undefined ? m.ruleAdd : m.ruleEdit(rule.id)}>
      <form onSubmit={save}>
        <Stack gap="sm">
          <Select
            label={m.ruleKind}
            description={kind.description}
            inputWrapperOrder={['label', 'input', 'description']}
            data={kinds.map((one) => ({ value: one.kind, label: one.label }))}
            value={kind.kind}
            allowDeselect={false}
            searchable
            onChange={(next) => {
              if (next === null) return;
              setKindName(next);
              setValues(fieldValues(kinds.find((one) => one.kind === next)?.params ?? [], {}));
              setProblems({});
            }}
          />
          {kind.needsColumn && (
            <Select
              label={m.ruleColumn}
              data={fitting.map(({ name }) => name)}
              value={chosen?.name ?? null}
              error={problems.column}
              searchable
              limit={100}
              allowDeselect={false}
              onChange={setColumn}
            />
          )}
          {kind.params.length === 0 && (
            <Text size="sm" c="dimmed">
              {m.noParams}
            </Text>
          )}
          {kind.params.map((field) => (
            <RuleParamInput
              key={field.name}
              field={field}
              value={values[field.name] ?? ''}
              error={problems[field.name]}
              onChange={(value) => setValues({ ...values, [field.name]: value })}
            />
          ))}
          <NativeSelect
            label={m.ruleSeverity}
            data={severities}
            value={severity}
            onChange={(event) => setSeverity(event.currentTarget.value === 'warning' ? 'warning' : 'error')}
          />
          <TagsInput
            label={m.ruleEnvironments}
            description={m.ruleEnvironmentsHint}
            inputWrapperOrder={['label', 'input', 'description']}
            value={[...environments]}
            onChange={setEnvironments}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {m.cancel}
            </Button>
            <Button type="submit">{rule === undefined ? m.ruleSaveNew : m.ruleSaveChange}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
