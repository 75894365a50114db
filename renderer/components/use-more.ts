import { useDeferredValue, useState } from 'react';

interface More<Item> {
  readonly shown: readonly Item[];
  /** How many are not shown yet. */
  readonly rest: number;
  readonly showMore: () => void;
}

/** What fits a window: it stands at once, and what lies below follows without holding the page up. */
const AT_ONCE = 20;

/** The first items of a long list, and a way to the next ones: a page of thousands of controls would not answer. */
export function useMore<Item>(items: readonly Item[], step: number, atOnce = Math.min(AT_ONCE, step)): More<Item> {
  const [limit, setLimit] = useState(step);
  const drawn = useDeferredValue(limit, atOnce);
  return {
    shown: items.slice(0, drawn),
    rest: Math.max(0, items.length - limit),
    showMore: () => setLimit(limit + step),
  };
}
