import { Group, Select, Stack, Tabs, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { BackLink } from '../../components/BackLink.tsx';
import { ChartSource } from '../../components/chart-source.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { formatDateTime } from '../../lib/format.ts';
import { AnomalyTab } from './AnomalyTab.tsx';
import { EvaluateForm } from './EvaluateForm.tsx';
import { ExplainTab } from './ExplainTab.tsx';
import { FairnessTab } from './FairnessTab.tsx';
import { ImagesTab } from './ImagesTab.tsx';
import { InsideTab } from './InsideTab.tsx';
import { LineageTab } from './LineageTab.tsx';
import { ModelHeader } from './ModelHeader.tsx';
import { modelsMessages } from './messages.ts';
import { modelPath } from './model-reference.ts';
import { judgedRows } from './model-source.ts';
import { PerformanceTab } from './PerformanceTab.tsx';
import { RowsTab } from './RowsTab.tsx';
import { StressTab } from './StressTab.tsx';

/** Not every one is there for every model. */
const tabs = [
  { tab: 'performance', label: modelsMessages.tabPerformance },
  { tab: 'images', label: modelsMessages.tabImages },
  { tab: 'rows', label: modelsMessages.tabRows },
  { tab: 'fairness', label: modelsMessages.tabFairness },
  { tab: 'explain', label: modelsMessages.tabExplain },
  { tab: 'stress', label: modelsMessages.tabStress },
  { tab: 'inside', label: modelsMessages.tabInside },
  { tab: 'lineage', label: modelsMessages.tabLineage },
] as const;

const sourceOf = (model: ModelVersion, report: EvaluationReport): string =>
  modelsMessages.sourceReport(versionReference(model), judgedRows(report), formatDateTime(report.at));

/** One version of a model: performance, slices and fairness, lineage. */
export function ModelPage() {
  const { name = '', version = '', tab = 'performance' } = useParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  const input = { model: `${name}@${version}` };
  const model = useQuery(queries.models.get.queryOptions({ input }));
  const all = useQuery(queries.models.list.queryOptions());
  const reports = useQuery(queries.evaluation.reports.queryOptions({ input }));
  const [chosen, setChosen] = useState<string | null>(null);
  const report = reports.data?.find((one) => one.at === chosen) ?? reports.data?.[0];
  const refresh = () => {
    setChosen(null);
    return client.invalidateQueries({ queryKey: queries.evaluation.key() });
  };
  if (model.data === undefined) {
    return (
      <Stack gap="md">
        <BackLink to="/models" label={modelsMessages.back} />
        <Title order={1} size="h3">
          {name} v{version}
        </Title>
        {model.error ? <ErrorPanel error={model.error} onRetry={() => model.refetch()} /> : <LateSkeleton lines={10} />}
      </Stack>
    );
  }
  const isAnomaly = model.data.task === 'anomaly';
  const takesTensors = model.data.task === 'tensors';
  const takesImages = model.data.inputs.some((one) => one.type === 'image');
  const isShown = {
    performance: true,
    images: takesImages,
    // Held-out rows of columns, kept by a training that had one answer each.
    rows:
      !takesImages &&
      ['binary', 'multiclass', 'regression'].includes(model.data.task) &&
      model.data.lineage.origin === null,
    fairness: !isAnomaly && !takesTensors,
    // What takes pixels or tensors has no columns that could give anything.
    explain: !takesImages && !takesTensors,
    stress: !takesImages && !isAnomaly && !takesTensors,
    inside: true,
    lineage: true,
  };
  return (
    <Stack gap="md">
      <ModelHeader model={model.data} />
      <Tabs
        value={tab}
        onChange={(next) => next !== null && navigate(modelPath({ name, version: Number(version) }, next))}
      >
        <Group justify="space-between" align="flex-end" wrap="nowrap">
          <Tabs.List aria-label={modelsMessages.tabsLabel} flex={1}>
            {tabs
              .filter((one) => isShown[one.tab])
              .map((one) => (
                <Tabs.Tab key={one.tab} value={one.tab}>
                  {one.label}
                </Tabs.Tab>
              ))}
          </Tabs.List>
          {(tab === 'performance' || tab === 'fairness') && reports.data && reports.data.length > 1 && (
            <Select
              size="xs"
              w={400}
              aria-label={modelsMessages.reportPicker}
              data={reports.data.map((one) => ({
                value: one.at,
                label: `${judgedRows(one)}, ${formatDateTime(one.at)}`,
              }))}
              value={report?.at ?? null}
              allowDeselect={false}
              onChange={setChosen}
            />
          )}
        </Group>
        {reports.error && <ErrorPanel error={reports.error} onRetry={() => reports.refetch()} />}
        <VisuallyHidden component="h2">{tabs.find((one) => one.tab === tab)?.label}</VisuallyHidden>
        <Tabs.Panel value="performance" pt="md">
          {model.data.anomaly && <AnomalyTab anomaly={model.data.anomaly} />}
          {report && (
            <Stack gap="md">
              {reports.data?.length === 1 && (
                <Text size="sm" c="dimmed">
                  {judgedRows(report)}
                </Text>
              )}
              <ChartSource value={sourceOf(model.data, report)}>
                <PerformanceTab key={report.at} model={model.data} report={report} />
              </ChartSource>
            </Stack>
          )}
          {reports.data?.length === 0 && !isAnomaly && (
            <Stack>
              <EmptyState
                title={modelsMessages.noReportTitle}
                text={takesTensors ? modelsMessages.noReportTensors : modelsMessages.noReportText}
              />
              {!takesTensors && <EvaluateForm model={model.data} onDone={refresh} />}
            </Stack>
          )}
          {reports.isPending && <LateSkeleton lines={8} />}
        </Tabs.Panel>
        {isShown.fairness && (
          <Tabs.Panel value="fairness" pt="md">
            <ChartSource value={report === undefined ? undefined : sourceOf(model.data, report)}>
              <FairnessTab model={model.data} report={report} onEvaluated={refresh} />
            </ChartSource>
          </Tabs.Panel>
        )}
        {takesImages && (
          <Tabs.Panel value="images" pt="md">
            <ImagesTab model={model.data} />
          </Tabs.Panel>
        )}
        {isShown.rows && (
          <Tabs.Panel value="rows" pt="md">
            {tab === 'rows' && <RowsTab model={model.data} />}
          </Tabs.Panel>
        )}
        {isShown.explain && (
          <Tabs.Panel value="explain" pt="md">
            <ChartSource value={modelsMessages.sourceExplained(versionReference(model.data))}>
              <ExplainTab model={model.data} />
            </ChartSource>
          </Tabs.Panel>
        )}
        {isShown.stress && (
          <Tabs.Panel value="stress" pt="md">
            <StressTab model={model.data} />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="inside" pt="md">
          <ChartSource value={modelsMessages.sourceModel(versionReference(model.data))}>
            <InsideTab model={model.data} />
          </ChartSource>
        </Tabs.Panel>
        <Tabs.Panel value="lineage" pt="md">
          <LineageTab model={model.data} all={all.data ?? [model.data]} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
