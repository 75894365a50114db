import { Button, Group, NativeSelect, Pill, Popover, Select, Stack, TextInput } from '@mantine/core';
import { IconFilterPlus } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { Column, RowFilter } from '../../../shared/contract/datasets.ts';
import { messages } from '../../lib/messages/messages.ts';
import { choiceLabel, choicesFor, type FilterChoice, filterFrom, filterText, needsValue } from './row-filters.ts';

interface FilterBarProps {
  readonly columns: readonly Column[];
  /** Ids of the saved rules whose failing rows can be asked for. */
  readonly rules: readonly string[];
  readonly filters: readonly RowFilter[];
  readonly onChange: (filters: readonly RowFilter[]) => void;
}

const m = messages.datasets;

interface FilterFormProps {
  readonly columns: readonly Column[];
  readonly rules: readonly string[];
  readonly onAdd: (filter: RowFilter) => void;
}

function FilterForm({ columns, rules, onAdd }: FilterFormProps) {
  const [name, setName] = useState(columns[0]?.name ?? '');
  const [choice, setChoice] = useState<FilterChoice>('=');
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const column = columns.find((one) => one.name === name);
  const choices = column === undefined ? [] : choicesFor(column);
  const current = choices.includes(choice) ? choice : (choices[0] ?? '=');
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (column === undefined) return;
    const filter = filterFrom(column, current, text);
    if (typeof filter === 'string') setProblem(filter);
    else onAdd(filter);
  };
  return (
    <form onSubmit={add}>
      <Stack gap="xs">
        <Select
          size="xs"
          label={m.filterColumn}
          data={columns.map((one) => one.name)}
          value={name}
          searchable
          limit={100}
          openOnFocus={false}
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
          onChange={(next) => next !== null && setName(next)}
        />
        <NativeSelect
          size="xs"
          label={m.filterOperator}
          value={current}
          data={choices.map((value) => ({ value, label: choiceLabel(value) }))}
          onChange={(event) => {
            const next = choices.find((one) => one === event.currentTarget.value);
            if (next !== undefined) setChoice(next);
          }}
        />
        {needsValue(current) && (
          <TextInput
            size="xs"
            label={m.filterValue}
            value={text}
            error={problem}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setProblem(null);
            }}
          />
        )}
        <Button size="xs" type="submit">
          {m.filterAdd}
        </Button>
        {rules.length > 0 && (
          <Select
            size="xs"
            label={m.filterRule}
            placeholder={m.filterRulePlaceholder}
            data={[...rules]}
            value={null}
            searchable
            limit={100}
            comboboxProps={{ withinPortal: false }}
            onChange={(ruleId) => ruleId !== null && onAdd({ kind: 'rule', ruleId })}
          />
        )}
      </Stack>
    </form>
  );
}

/** The conditions rows are held against, all of them at once. */
export function FilterBar({ columns, rules, filters, onChange }: FilterBarProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Group gap={6}>
      <Popover opened={isOpen} onChange={setOpen} position="bottom-start" width={260} shadow="md" trapFocus>
        <Popover.Target>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconFilterPlus size={14} aria-hidden />}
            onClick={() => setOpen(!isOpen)}
          >
            {m.addFilter}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <FilterForm
            columns={columns}
            rules={rules}
            onAdd={(filter) => {
              setOpen(false);
              onChange([...filters, filter]);
            }}
          />
        </Popover.Dropdown>
      </Popover>
      {filters.map((filter, index) => {
        const text = filterText(filter);
        return (
          <Pill
            key={`${text}-${String(index)}`}
            withRemoveButton
            size="md"
            removeButtonProps={{ 'aria-label': m.filterRemove(text), 'aria-hidden': false, tabIndex: 0 }}
            onRemove={() => onChange(filters.filter((_, at) => at !== index))}
          >
            {text}
          </Pill>
        );
      })}
      {filters.length > 1 && (
        <Button size="compact-xs" variant="subtle" onClick={() => onChange([])}>
          {m.rowsClearFilters}
        </Button>
      )}
    </Group>
  );
}
