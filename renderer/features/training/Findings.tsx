import { Alert, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { TrainingFinding } from '../../../shared/contract/training.ts';
import { trainingMessages } from './messages.ts';

interface FindingsProps {
  readonly findings: readonly TrainingFinding[];
}

/** What is odd about the data or its split, each with what to do about it; nothing when nothing is. */
export function Findings({ findings }: FindingsProps) {
  if (findings.length === 0) return null;
  return (
    <Alert
      variant="light"
      color="gray"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={trainingMessages.findingsTitle(findings.length)}
    >
      <List size="sm" spacing={4}>
        {findings.map((finding) => (
          <List.Item key={`${finding.warning} ${finding.columns.join()}`}>
            {finding.message}{' '}
            <Text span size="sm" c="dimmed">
              {finding.remedy}
            </Text>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
