import { Stack, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from 'react-router';
import { versionReference } from '../../../shared/ids.ts';
import { BackLink } from '../../components/BackLink.tsx';
import { ChartSource } from '../../components/chart-source.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { queries } from '../../lib/api.ts';
import { formatCount } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import { DatasetHead } from './DatasetHead.tsx';
import { datasetPath } from './dataset-path.ts';
import { ImagesTab } from './ImagesTab.tsx';
import { OverviewTab } from './OverviewTab.tsx';
import { RowsTab } from './RowsTab.tsx';
import { SchemaTab } from './SchemaTab.tsx';

const m = messages.datasets;
/** `images` is there for datasets that have some. */
const tabs = [
  { tab: 'overview', label: m.tabOverview },
  { tab: 'images', label: m.tabImages },
  { tab: 'rows', label: m.tabRows },
  { tab: 'schema', label: m.tabSchema },
] as const;

/** One version of a dataset: its columns, its rows, its schema and rules. */
export function DatasetPage() {
  const { name = '', tab = 'overview' } = useParams();
  const navigate = useNavigate();
  const dataset = useQuery(queries.datasets.get.queryOptions({ input: { dataset: name } }));
  const versions = useQuery(queries.datasets.versions.queryOptions({ input: { dataset: name } }));
  if (dataset.error) {
    return (
      <Stack gap="sm">
        <div>
          <BackLink to="/data" label={m.back} />
          <PageHead title={name} />
        </div>
        <ErrorPanel error={dataset.error} onRetry={() => dataset.refetch()} />
      </Stack>
    );
  }
  if (dataset.data === undefined) return <LateSkeleton lines={12} />;
  const shown = dataset.data;
  const reference = versionReference(shown);
  const hasImages = shown.columns.some(({ type }) => type === 'image');
  return (
    <ChartSource value={m.chartSource(reference, formatCount(shown.rows))}>
      <Stack gap="sm">
        <DatasetHead
          dataset={shown}
          versions={versions.data ?? [shown]}
          onVersion={(version) => void navigate(datasetPath(versionReference({ name: shown.name, version }), tab))}
        />
        <Tabs
          value={tab}
          keepMounted={false}
          onChange={(next) => next !== null && void navigate(datasetPath(name, next))}
        >
          <Tabs.List aria-label={m.tabs}>
            {tabs
              .filter((one) => one.tab !== 'images' || hasImages)
              .map((one) => (
                <Tabs.Tab key={one.tab} value={one.tab}>
                  {one.label}
                </Tabs.Tab>
              ))}
          </Tabs.List>
          <Tabs.Panel value="overview" pt="sm">
            <OverviewTab key={reference} dataset={shown} versions={versions.data ?? [shown]} />
          </Tabs.Panel>
          {hasImages && (
            <Tabs.Panel value="images" pt="sm">
              <ImagesTab key={reference} dataset={shown} />
            </Tabs.Panel>
          )}
          <Tabs.Panel value="rows" pt="sm">
            <RowsTab key={reference} dataset={shown} />
          </Tabs.Panel>
          <Tabs.Panel value="schema" pt="sm">
            <SchemaTab key={reference} dataset={shown} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </ChartSource>
  );
}
