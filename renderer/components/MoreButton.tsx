import { Button } from '@mantine/core';
import { formatCount } from '../lib/format.ts';
import { messages } from '../lib/messages/messages.ts';

interface MoreButtonProps {
  readonly rest: number;
  readonly onMore: () => void;
}

/** Shows the next items of a long list; nothing when there are none. */
export function MoreButton({ rest, onMore }: MoreButtonProps) {
  if (rest === 0) return null;
  return (
    <Button size="xs" variant="default" onClick={onMore} mt="xs">
      {messages.components.showMore(formatCount(rest))}
    </Button>
  );
}
