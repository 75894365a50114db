import { keepPreviousData } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import classes from './image-grid.module.css';
import { NextPage, nextOffset, type PagedQuery } from './NextPage.tsx';

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
    return nextOffset(
      last.total,
      pages.reduce((sum, page) => sum + page.images.length, 0),
    );
  },
  placeholderData: keepPreviousData,
} as const;

interface ImagePagesProps<Image> {
  readonly pages: readonly ImagePage<Image>[];
  readonly query: PagedQuery;
  tile(image: Image): ReactNode;
}

/** The images of all pages so far as a grid, with a button for the next ones. */
export function ImagePages<Image>({ pages, query, tile }: ImagePagesProps<Image>) {
  const shown = pages.flatMap((page) => page.images);
  const total = pages[0]?.total ?? 0;
  return (
    <>
      <ul className={`plain-list ${classes.grid}`}>{shown.map(tile)}</ul>
      <NextPage query={query} rest={total - shown.length} />
    </>
  );
}
