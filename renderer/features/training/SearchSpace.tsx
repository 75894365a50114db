import { Button, Collapse, Stack, Table, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { ParamInfo } from '../../../shared/contract/param-info.ts';
import { formatCount } from '../../lib/format.ts';
import { trainingMessages as m } from './messages.ts';
import { RangeRow } from './RangeRow.tsx';
import { fieldsOf, isFixed, isSearchable } from './search-ranges.ts';
import type { RangeFields, TuningFields } from './training-form.ts';

interface SearchSpaceProps {
  readonly params: readonly ParamInfo[];
  /** Parameters that are set by hand: those are not searched. */
  readonly fixed: Readonly<Record<string, unknown>>;
  readonly ranges: TuningFields['ranges'];
  readonly onChange: (ranges: TuningFields['ranges']) => void;
}

/** The typed space of a search: which parameters it changes, and between what; folded until someone wants to know. */
export function SearchSpace({ params, fixed, ranges, onChange }: SearchSpaceProps) {
  const [isOpen, { toggle }] = useDisclosure(Object.keys(ranges).length > 0);
  const rows = params.filter(isSearchable).map((param) => {
    const own = ranges[param.name];
    const standard: RangeFields | null = param.search === undefined ? null : fieldsOf(param.search);
    const isSet = isFixed(fixed, param.name);
    return { param, fields: isSet ? null : own === undefined ? standard : own, isFixed: isSet };
  });
  const searched = rows.filter(({ fields }) => fields !== null).length;
  const Fold = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <Stack gap={4}>
      <Button
        size="xs"
        variant="subtle"
        px={4}
        w="fit-content"
        leftSection={<Fold size={14} aria-hidden />}
        aria-expanded={isOpen}
        onClick={toggle}
      >
        {m.ranges(formatCount(searched))}
      </Button>
      <Collapse expanded={isOpen}>
        <Table verticalSpacing={4} horizontalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{m.rangeParam}</Table.Th>
              <Table.Th w={96}>{m.rangeLow}</Table.Th>
              <Table.Th w={96}>{m.rangeHigh}</Table.Th>
              <Table.Th w={44}>
                <Tooltip label={m.rangeLogHint} multiline w={240}>
                  <span>{m.rangeLog}</span>
                </Tooltip>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ param, fields, isFixed }) => (
              <RangeRow
                key={param.name}
                param={param}
                fields={fields}
                isFixed={isFixed}
                onChange={(next) => onChange({ ...ranges, [param.name]: next })}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Collapse>
    </Stack>
  );
}
