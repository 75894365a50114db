import { Stack, Text } from '@mantine/core';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { EvaluateForm } from './EvaluateForm.tsx';
import { GapList } from './GapList.tsx';
import { GroupsChart } from './GroupsChart.tsx';
import { modelsMessages } from './messages.ts';

interface FairnessTabProps {
  readonly model: ModelVersion;
  readonly report: EvaluationReport | undefined;
  readonly onEvaluated: () => void;
}

/** Groups, gaps and slices of one report, and the form that measures others. */
export function FairnessTab({ model, report, onEvaluated }: FairnessTabProps) {
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {modelsMessages.fairnessIntro}
      </Text>
      {report && <GapList gaps={report.gaps} />}
      {report && report.groups.length > 0 && <GroupsChart report={report} groups={report.groups} kind="groups" />}
      {report && report.slices.length > 0 && <GroupsChart report={report} groups={report.slices} kind="slices" />}
      <EvaluateForm model={model} onDone={onEvaluated} />
    </Stack>
  );
}
