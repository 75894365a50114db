import { Button } from '@mantine/core';
import { keepPreviousData, type UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { formatCount } from '../lib/format.ts';
import { messages } from '../lib/messages/messages.ts';
import classes from './image-grid.module.css';

/** Images asked for at a time. */
export const IMAGES_A_PAGE = 60;

interface ImagePage<Image> {
  readonly total: number;
  readonly images: readonly Image[];
}

/** How pages of images follow one another, for an infinite query whose page parameter is the offset. */
export const imagePaging = {
  initialPageParam: 0,
  getNextPageParam(last: ImagePage<unknown>, pages: readonly ImagePage<unknown>[]): number | undefined {
    const shown = pages.reduce((sum, page) => sum + page.images.length, 0);
    return shown < last.total ? shown : undefined;
  },
  placeholderData: keepPreviousData,
} as const;

interface ImagePagesProps<Image> {
  readonly pages: readonly ImagePage<Image>[];
  readonly query: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>;
  tile(image: Image): ReactNode;
}

/** The images of all pages so far as a grid, with a button for the next ones. */
export function ImagePages<Image>({ pages, query, tile }: ImagePagesProps<Image>) {
  const shown = pages.flatMap((page) => page.images);
  const total = pages[0]?.total ?? 0;
  return (
    <>
      <ul className={`plain-list ${classes.grid}`}>{shown.map(tile)}</ul>
      {query.hasNextPage && (
        <Button
          variant="default"
          w="fit-content"
          loading={query.isFetchingNextPage}
          onClick={() => query.fetchNextPage()}
        >
          {messages.components.showMore(formatCount(total - shown.length))}
        </Button>
      )}
    </>
  );
}
