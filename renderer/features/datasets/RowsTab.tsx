import { Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { type DatasetVersion, MOST_ROW_COLUMNS, type RowFilter } from '../../../shared/contract/datasets.ts';
import { versionReference } from '../../../shared/ids.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { formatCount } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { FilterBar } from './FilterBar.tsx';
import { QuarantineTable } from './QuarantineTable.tsx';
import { RowGrid } from './RowGrid.tsx';
import { type RowSort, useMatchingRows } from './use-rows.ts';

interface RowsTabProps {
  readonly dataset: DatasetVersion;
}

const m = messages.datasets;

interface StoredRowsProps extends RowsTabProps {
  readonly initialFilters: readonly RowFilter[];
}

function StoredRows({ dataset, initialFilters }: StoredRowsProps) {
  const [filters, setFilters] = useState(initialFilters);
  const [sort, setSort] = useState<RowSort | null>(null);
  const hidden = dataset.columns.length - MOST_ROW_COLUMNS;
  const seen = hidden > 0 ? { ...dataset, columns: dataset.columns.slice(0, MOST_ROW_COLUMNS) } : dataset;
  const query = { dataset: seen, filters, sort };
  const schema = useQuery(queries.validation.schema.queryOptions({ input: { dataset: versionReference(dataset) } }));
  const { matching, error, isFetching, retry } = useMatchingRows(query);
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <FilterBar
          columns={dataset.columns}
          rules={(schema.data?.document.rules ?? []).map((rule) => rule.id)}
          filters={filters}
          onChange={setFilters}
        />
        <Group gap="sm">
          <Text size="sm" c="dimmed" className="tabular" aria-live="polite">
            {matching !== undefined && m.rowsMatching(formatCount(matching), formatCount(dataset.rows))}
          </Text>
          <ExportMenu dataset={dataset} filters={filters} isDisabled={matching === undefined || matching === 0} />
        </Group>
      </Group>
      {hidden > 0 && (
        <Text size="sm" c="dimmed">
          {m.partOfRows(formatCount(MOST_ROW_COLUMNS), formatCount(dataset.columns.length))}
        </Text>
      )}
      {error && <ErrorPanel error={error} onRetry={retry} />}
      {matching === undefined && !error && <LateSkeleton lines={16} />}
      {matching !== undefined && matching > 0 && !error && (
        <div style={{ opacity: isFetching ? 0.7 : 1 }}>
          <RowGrid key={JSON.stringify([filters, sort])} query={query} matching={matching} onSort={setSort} />
        </div>
      )}
      {matching === 0 && !error && (
        <EmptyState
          title={filters.length > 0 ? m.rowsNone : m.rowsNoneAtAll}
          text=""
          action={
            filters.length > 0 && (
              <Button variant="default" onClick={() => setFilters([])}>
                {m.rowsClearFilters}
              </Button>
            )
          }
        />
      )}
    </Stack>
  );
}

/** The rows of a dataset, and those the import could not read. The address may name a rule whose failures to show. */
export function RowsTab({ dataset }: RowsTabProps) {
  const [search, setSearch] = useSearchParams();
  const isQuarantine = search.get('view') === 'quarantine';
  const rule = search.get('rule');
  return (
    <Stack gap="xs">
      {(dataset.quarantined > 0 || isQuarantine) && (
        <SegmentedControl
          size="xs"
          w="fit-content"
          aria-label={m.rowsView}
          value={isQuarantine ? 'quarantine' : 'all'}
          data={[
            { value: 'all', label: m.rowsAll },
            { value: 'quarantine', label: m.rowsQuarantine(formatCount(dataset.quarantined)) },
          ]}
          onChange={(view) => setSearch(view === 'all' ? {} : { view }, { replace: true })}
        />
      )}
      {isQuarantine ? (
        <QuarantineTable dataset={dataset} />
      ) : (
        <StoredRows
          key={rule}
          dataset={dataset}
          initialFilters={rule === null ? [] : [{ kind: 'rule', ruleId: rule }]}
        />
      )}
    </Stack>
  );
}
