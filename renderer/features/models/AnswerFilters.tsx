import { Checkbox, Group, Select, Text } from '@mantine/core';
import { modelsMessages as m } from './messages.ts';
import type { AnswerSearch } from './use-answer-search.ts';

interface AnswerFiltersProps {
  readonly search: AnswerSearch;
  /** True classes with what is said of each; empty where numbers are answered. */
  readonly truths: readonly { readonly value: string; readonly label: string }[];
  /** How many are found. */
  readonly found: string;
}

/** Which classes of answers are looked at, and whether only wrong ones. */
export function AnswerFilters({ search, truths, found }: AnswerFiltersProps) {
  const { truth, answer, isWrongOnly, change } = search;
  return (
    <Group gap="sm" align="flex-end">
      {truths.length > 0 && (
        <>
          <Select
            size="xs"
            w={190}
            label={m.imagesTruth}
            placeholder={m.imagesAny}
            clearable
            searchable
            data={truths}
            value={truth ?? null}
            onChange={(value) => change('truth', value)}
          />
          <Select
            size="xs"
            w={190}
            label={m.imagesAnswer}
            placeholder={m.imagesAny}
            clearable
            searchable
            data={truths.map(({ value }) => value)}
            value={answer ?? null}
            onChange={(value) => change('answer', value)}
          />
          <Checkbox
            size="xs"
            mb={7}
            label={m.imagesWrongOnly}
            checked={isWrongOnly}
            onChange={(event) => change('wrong', event.currentTarget.checked ? '1' : null)}
          />
        </>
      )}
      <Text size="xs" c="dimmed" mb={7} aria-live="polite" className="tabular">
        {found}
      </Text>
    </Group>
  );
}
