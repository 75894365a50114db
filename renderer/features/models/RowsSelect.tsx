import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { queries } from '../../lib/api.ts';
import { modelsMessages as m } from './messages.ts';

interface RowsSelectProps {
  readonly model: ModelVersion;
  /** Null: the rows held out of training. */
  readonly value: string | null;
  readonly onChange: (dataset: string | null) => void;
}

/** Whether it can be asked about these rows: a model that came as a file has no held-out rows here. */
export const hasRows = ({ lineage }: ModelVersion, dataset: string | null): boolean =>
  dataset !== null || lineage.origin === null;

/** The rows that a model is asked about: those held out of its training, or a dataset. */
export function RowsSelect({ model, value, onChange }: RowsSelectProps) {
  const datasets = useQuery(queries.datasets.list.queryOptions());
  return (
    <Select
      label={m.evaluateDataset}
      miw={280}
      placeholder={hasRows(model, null) ? m.evaluateHeldOut : m.evaluateChoose}
      data={(datasets.data ?? []).map(versionReference)}
      value={value}
      clearable
      searchable
      onChange={onChange}
    />
  );
}
