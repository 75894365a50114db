import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import type { Cell, DatasetVersion, RowFilter } from '../../../shared/contract/datasets.ts';
import { versionReference } from '../../../shared/ids.ts';
import { queries } from '../../lib/api.ts';
import { PAGE_ROWS, pagesOf } from './row-pages.ts';

export interface RowSort {
  readonly column: string;
  readonly isDescending: boolean;
}

export interface RowQuery {
  readonly dataset: DatasetVersion;
  readonly filters: readonly RowFilter[];
  readonly sort: RowSort | null;
}

const KEPT_MS = 60_000;

const pageInput = ({ dataset, filters, sort }: RowQuery, page: number) => ({
  dataset: versionReference(dataset),
  offset: page * PAGE_ROWS,
  limit: PAGE_ROWS,
  filters: [...filters],
  sort,
});

interface FoundRows {
  /** Rows that match; undefined until the first answer. */
  readonly matching: number | undefined;
  readonly error: Error | null;
  readonly isFetching: boolean;
  readonly retry: () => void;
}

/** How many rows match; the first page comes with it. */
export function useMatchingRows(query: RowQuery): FoundRows {
  const first = useQuery(
    queries.datasets.rows.queryOptions({
      input: pageInput(query, 0),
      // A version never changes: what was read stays right.
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: KEPT_MS,
      placeholderData: keepPreviousData,
    }),
  );
  return {
    matching: first.data?.matching,
    error: first.error,
    isFetching: first.isFetching,
    retry: () => void first.refetch(),
  };
}

/** The rows from `first` to `last` as far as they are here: a function from row to cells, undefined while they come. */
export function useRowCells(
  query: RowQuery,
  first: number,
  last: number,
): (row: number) => readonly Cell[] | undefined {
  const pages = last < first ? [] : pagesOf(first, last);
  const answers = useQueries({
    queries: pages.map((page) =>
      queries.datasets.rows.queryOptions({
        input: pageInput(query, page),
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: KEPT_MS,
      }),
    ),
  });
  return (row) => {
    const page = Math.floor(row / PAGE_ROWS);
    return answers[pages.indexOf(page)]?.data?.rows[row - page * PAGE_ROWS];
  };
}
