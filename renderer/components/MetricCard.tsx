import { Paper, Text, Tooltip } from '@mantine/core';
import { formatBounds, formatNumber, NOT_AVAILABLE } from '../lib/format.ts';
import { messages } from '../lib/messages/messages.ts';

interface MetricCardProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly value: number | null;
  readonly lower?: number | null | undefined;
  readonly upper?: number | null | undefined;
  /** Why there is no value. */
  readonly reason?: string | null | undefined;
  /** Lines below, such as the distance to a baseline. */
  readonly notes?: readonly string[];
}

/** One figure with its interval; the full value on hover. */
export function MetricCard({ label, hint, value, lower, upper, reason, notes = [] }: MetricCardProps) {
  const hasInterval = lower !== null && lower !== undefined && upper !== null && upper !== undefined;
  return (
    <Paper withBorder p="sm">
      <Tooltip label={hint ?? label} disabled={hint === undefined} multiline maw={320}>
        <Text
          size="xs"
          c="dimmed"
          component="h3"
          fw={500}
          tabIndex={hint === undefined ? undefined : 0}
          w="fit-content"
        >
          {label}
        </Text>
      </Tooltip>
      <Text size="xl" fz={22} fw={600} lh={1.3} className="tabular" title={value === null ? undefined : String(value)}>
        {value === null ? NOT_AVAILABLE : formatNumber(value)}
      </Text>
      <Text size="xs" c="dimmed" className="tabular">
        {value === null
          ? reason
          : hasInterval
            ? messages.components.interval(...formatBounds(lower, upper))
            : messages.components.noInterval}
      </Text>
      {notes.map((note) => (
        <Text key={note} size="xs" mt={4} className="tabular">
          {note}
        </Text>
      ))}
    </Paper>
  );
}
