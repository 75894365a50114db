import { Code, Group, Text } from '@mantine/core';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { StartingPoint } from '../../../shared/contract/starting-point.ts';
import { MoreButton } from '../../components/MoreButton.tsx';
import { useMore } from '../../components/use-more.ts';
import { formatCount } from '../../lib/format.ts';
import { FormSection } from './FormSection.tsx';
import { trainingMessages as m } from './messages.ts';

interface StartColumnsProps {
  readonly point: StartingPoint;
  readonly dataset: DatasetVersion | undefined;
}

const STEP = 60;

/** The columns that a model to go on from takes: they were chosen when it was made; those the dataset lacks are named. */
export function StartColumns({ point: { model, columns }, dataset }: StartColumnsProps) {
  const { shown, rest, showMore } = useMore(columns, STEP);
  const known = new Set(dataset?.columns.map(({ name }) => name));
  const missing = columns.filter((name) => !known.has(name));
  return (
    <FormSection title={m.sectionColumns}>
      <Text size="sm" c="dimmed" mb="xs">
        {m.startColumns(model, formatCount(columns.length))}
      </Text>
      <Group gap={6}>
        {shown.map((name) => (
          <Code key={name}>{name}</Code>
        ))}
      </Group>
      <MoreButton rest={rest} onMore={showMore} />
      {missing.length > 0 && (
        <Text size="sm" c="var(--mantine-color-error)" mt="xs" role="alert">
          {m.startMissing(missing.join(', '))}
        </Text>
      )}
    </FormSection>
  );
}
