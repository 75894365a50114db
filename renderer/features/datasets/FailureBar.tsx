import { Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { RuleOutcome } from '../../../shared/contract/validation.ts';
import { formatCount, formatShare } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import classes from './schema.module.css';

interface FailureBarProps {
  readonly outcome: RuleOutcome | undefined;
  /** The most rows that fail any rule: the length of a full bar. */
  readonly mostFailed: number;
}

const m = messages.datasets;

/** How many rows fail a rule, in figures and as a bar. */
export function FailureBar({ outcome, mostFailed }: FailureBarProps) {
  if (outcome === undefined) {
    return (
      <Text size="xs" c="dimmed">
        {m.ruleNotChecked}
      </Text>
    );
  }
  if (outcome.failed === 0) {
    return (
      <span className={classes.passed}>
        <IconCheck size={14} aria-hidden />
        {m.rulePassed}
      </span>
    );
  }
  return (
    <div className={classes.failure}>
      <span className={classes.failureText}>{m.failedOf(formatCount(outcome.failed), formatShare(outcome.rate))}</span>
      <span className={`filled ${classes.track}`} aria-hidden>
        <span
          className={outcome.severity === 'error' ? classes.error : classes.warning}
          style={{ width: `${String(Math.max(2, (outcome.failed / mostFailed) * 100))}%` }}
        />
      </span>
    </div>
  );
}
