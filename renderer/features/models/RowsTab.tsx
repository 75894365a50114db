import { Stack, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { JudgedRow } from '../../../shared/contract/judged-rows.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { NextPage, nextOffset } from '../../components/NextPage.tsx';
import { queries } from '../../lib/api.ts';
import { formatCount, formatNumber } from '../../lib/format.ts';
import { AnswerFilters } from './AnswerFilters.tsx';
import { judgedColumns } from './judged-columns.tsx';
import { modelsMessages as m } from './messages.ts';
import { classLabels } from './model-reference.ts';
import { useAnswerSearch } from './use-answer-search.ts';

interface RowsTabProps {
  readonly model: ModelVersion;
}

const PAGE = 60;
const MOST_COLUMNS = 40;

/** Held-out rows with what the model answers, the worst first; the address holds which classes, at which threshold. */
export function RowsTab({ model }: RowsTabProps) {
  const search = useAnswerSearch();
  const { truth, answer, isWrongOnly, threshold } = search;
  const labels = classLabels(model);
  const place = (label: string | undefined) => {
    const at = label === undefined ? -1 : labels.indexOf(label);
    return at < 0 ? null : at;
  };
  const rows = useInfiniteQuery(
    queries.evaluation.rows.infiniteOptions({
      input: (offset: number) => ({
        model: versionReference(model),
        truth: place(truth),
        answer: place(answer),
        threshold: model.task === 'binary' ? threshold : null,
        isWrongOnly,
        offset,
        limit: PAGE,
      }),
      initialPageParam: 0,
      getNextPageParam: (last, pages) =>
        nextOffset(
          last.total,
          pages.reduce((sum, page) => sum + page.rows.length, 0),
        ),
      placeholderData: keepPreviousData,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
  const names = rows.data?.pages[0]?.columns;
  const columns = useMemo(
    (): readonly DataColumn<JudgedRow>[] => judgedColumns(model, (names ?? []).slice(0, MOST_COLUMNS)),
    [model, names],
  );
  if (rows.error) return <ErrorPanel error={rows.error} onRetry={() => rows.refetch()} />;
  const first = rows.data?.pages[0];
  if (first === undefined) return <LateSkeleton lines={8} />;
  const shown = rows.data?.pages.flatMap((page) => page.rows) ?? [];
  const isNumber = model.task === 'regression';
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {isNumber ? m.rowsOrderNumbers : m.rowsOrder}
        {model.task === 'binary' && threshold !== null && ` ${m.rowsThreshold(formatNumber(threshold))}`}
        {first.columns.length > MOST_COLUMNS &&
          ` ${m.rowsColumns(formatCount(MOST_COLUMNS), formatCount(first.columns.length))}`}
      </Text>
      <AnswerFilters
        search={search}
        truths={isNumber ? [] : labels.map((label) => ({ value: label, label }))}
        found={
          isNumber
            ? m.rowsCount(formatCount(first.total))
            : m.rowsFound(formatCount(first.total), formatCount(first.wrong))
        }
      />
      {shown.length === 0 ? (
        <Text size="sm" c="dimmed">
          {m.rowsNone}
        </Text>
      ) : (
        <DataTable
          label={m.tabRows}
          rows={shown}
          columns={columns}
          rowKey={(row) => String(row.row)}
          step={Number.POSITIVE_INFINITY}
        />
      )}
      <NextPage query={rows} rest={first.total - shown.length} />
    </Stack>
  );
}
