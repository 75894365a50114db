import { Badge } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { monitoringMessages } from './messages.ts';

interface DriftVerdictProps {
  readonly isDrifted: boolean;
  /** True for a whole comparison: its share of drifted columns decides. */
  readonly isWhole?: boolean;
}

/** Drifted or not, by word and sign as well as colour. */
export function DriftVerdict({ isDrifted, isWhole = false }: DriftVerdictProps) {
  return isDrifted ? (
    <Badge color="red" variant="light" tt="none" leftSection={<IconAlertTriangle size={12} aria-hidden />}>
      {isWhole ? monitoringMessages.wholeDrifted : monitoringMessages.verdictDrifted}
    </Badge>
  ) : (
    <Badge color="gray" variant="default" tt="none" leftSection={<IconCheck size={12} aria-hidden />}>
      {isWhole ? monitoringMessages.wholeSteady : monitoringMessages.verdictSteady}
    </Badge>
  );
}
