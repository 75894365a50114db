import { Alert, Button, Group, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { TrainingFinding } from '../../../shared/contract/training.ts';
import { trainingMessages } from './messages.ts';

/** What can be done about a finding in one click. */
export interface FindingAction {
  readonly label: string;
  readonly act: () => void;
}

interface FindingsProps {
  readonly findings: readonly TrainingFinding[];
  readonly actionFor?: (finding: TrainingFinding) => FindingAction | undefined;
}

/** What is odd about the data or its split, each with what to do about it; nothing when nothing is. */
export function Findings({ findings, actionFor }: FindingsProps) {
  if (findings.length === 0) return null;
  return (
    <Alert
      variant="light"
      color="gray"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={trainingMessages.findingsTitle(findings.length)}
    >
      <List size="sm" spacing={8} listStyleType={findings.length === 1 ? 'none' : 'disc'}>
        {findings.map((finding) => {
          const action = actionFor?.(finding);
          return (
            <List.Item key={`${finding.warning} ${finding.columns.join()}`}>
              {finding.message}{' '}
              <Text span size="sm" c="dimmed">
                {finding.remedy}
              </Text>
              {action && (
                <Group mt={6}>
                  <Button size="compact-sm" variant="default" onClick={action.act}>
                    {action.label}
                  </Button>
                </Group>
              )}
            </List.Item>
          );
        })}
      </List>
    </Alert>
  );
}
