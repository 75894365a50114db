import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { useEffect, useState } from 'react';
import { messages } from '../lib/messages/messages.ts';

const DELAY_MS = 150;

interface LateSkeletonProps {
  /** About as many lines as what comes, so that nothing jumps. */
  readonly lines: number;
}

/** Grey lines where something will be; only when it takes longer than a blink. */
export function LateSkeleton({ lines }: LateSkeletonProps) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), DELAY_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Stack gap="xs" role="status" aria-busy="true" style={{ visibility: isLate ? 'visible' : 'hidden' }}>
      <VisuallyHidden>{messages.components.loading}</VisuallyHidden>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton
          key={`line-${String(line)}`}
          height={14}
          my={3}
          width={`${String(92 - ((line * 17) % 30))}%`}
          animate={isLate}
        />
      ))}
    </Stack>
  );
}
