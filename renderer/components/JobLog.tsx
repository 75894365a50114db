import { Text, Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { formatTime } from '../lib/format.ts';
import type { LogLine } from '../lib/job-view.ts';
import { messages } from '../lib/messages/messages.ts';
import classes from './job-log.module.css';

interface JobLogProps {
  readonly lines: readonly LogLine[];
  /** New lines come: the end stays in sight unless someone has scrolled up. */
  readonly isLive: boolean;
}

const m = messages.jobs;
const MOST = 2_000;

/** What a job wrote, as it writes it. */
export function JobLog({ lines, isLive }: JobLogProps) {
  const box = useRef<HTMLElement>(null);
  const shown = lines.slice(-MOST);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line is what moves the box
  useEffect(() => {
    const element = box.current;
    if (element === null || !isLive) return;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
    if (isAtEnd) element.scrollTop = element.scrollHeight;
  }, [lines.length, isLive]);
  return (
    <section aria-labelledby="log-title">
      <Title order={2} size="h5" id="log-title" mb={4}>
        {m.logTitle}
      </Title>
      {shown.length === 0 ? (
        <Text size="sm" c="dimmed">
          {m.logEmpty}
        </Text>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard
        <section className={classes.log} ref={box} tabIndex={0} aria-label={m.logTitle}>
          {shown.map(({ at, line }, index) => (
            <div key={`${String(index)}-${at}`} className={classes.line}>
              <span className={classes.time}>{formatTime(at)}</span>
              <span>{line}</span>
            </div>
          ))}
        </section>
      )}
    </section>
  );
}
