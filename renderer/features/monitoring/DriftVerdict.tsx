import { Badge } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconHelp } from '@tabler/icons-react';
import { monitoringMessages } from './messages.ts';

interface DriftVerdictProps {
  readonly isDrifted: boolean;
  /** Other words than "Drifted" and "No drift". */
  readonly label?: string;
  /** There are too few rows to say. */
  readonly isThin?: boolean;
}

/** Drifted or not, by word and sign as well as colour. */
export function DriftVerdict({ isDrifted, label, isThin = false }: DriftVerdictProps) {
  if (isThin)
    return (
      <Badge color="gray" variant="default" tt="none" leftSection={<IconHelp size={12} aria-hidden />}>
        {monitoringMessages.verdictThin}
      </Badge>
    );
  return isDrifted ? (
    <Badge color="red" variant="light" tt="none" leftSection={<IconAlertTriangle size={12} aria-hidden />}>
      {label ?? monitoringMessages.verdictDrifted}
    </Badge>
  ) : (
    <Badge color="gray" variant="default" tt="none" leftSection={<IconCheck size={12} aria-hidden />}>
      {label ?? monitoringMessages.verdictSteady}
    </Badge>
  );
}
