import { useState } from 'react';

interface More<Item> {
  readonly shown: readonly Item[];
  /** How many are not shown yet. */
  readonly rest: number;
  readonly showMore: () => void;
}

/** The first items of a long list, and a way to the next ones: a page of thousands of controls would not answer. */
export function useMore<Item>(items: readonly Item[], step: number): More<Item> {
  const [limit, setLimit] = useState(step);
  return {
    shown: items.slice(0, limit),
    rest: Math.max(0, items.length - limit),
    showMore: () => setLimit(limit + step),
  };
}
