import { Button } from '@mantine/core';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { formatCount } from '../lib/format.ts';
import { messages } from '../lib/messages/messages.ts';

/** Where the next page begins, of an infinite query whose page parameter is the offset; undefined after the last. */
export const nextOffset = (total: number, shown: number): number | undefined => (shown < total ? shown : undefined);

export type PagedQuery = Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>;

/** Asks the engine for the next page; nothing where there is none. */
export function NextPage({ query, rest }: { readonly query: PagedQuery; readonly rest: number }) {
  if (!query.hasNextPage) return null;
  return (
    <Button variant="default" w="fit-content" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
      {messages.components.showMore(formatCount(rest))}
    </Button>
  );
}
