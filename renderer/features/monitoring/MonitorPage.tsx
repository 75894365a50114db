import { Button, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { ComparisonFormPanel } from './ComparisonFormPanel.tsx';
import { DriftReportList } from './DriftReportList.tsx';
import { monitoringMessages } from './messages.ts';

/** A new comparison, and the earlier ones. */
export function MonitorPage() {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  const datasets = useQuery(queries.datasets.list.queryOptions());
  const models = useQuery(queries.models.list.queryOptions());
  const reports = useQuery(queries.monitoring.reports.queryOptions());
  const error = datasets.error ?? models.error;
  const isReady = datasets.data !== undefined && models.data !== undefined;
  return (
    <Stack gap="md">
      <div>
        <Title order={1} size="h3">
          {monitoringMessages.title}
        </Title>
        <Text size="sm" c="dimmed">
          {monitoringMessages.intro}
        </Text>
      </div>
      {error && <ErrorPanel error={error} onRetry={() => Promise.all([datasets.refetch(), models.refetch()])} />}
      {!isReady && !error && <LateSkeleton lines={6} />}
      {isReady && datasets.data.length === 0 && (
        <EmptyState
          title={monitoringMessages.noDatasetsTitle}
          text={monitoringMessages.noDatasetsText}
          action={
            <Button component={Link} to="/data">
              {monitoringMessages.goToData}
            </Button>
          }
        />
      )}
      {isReady && datasets.data.length > 0 && (
        <ComparisonFormPanel
          datasets={datasets.data}
          models={models.data}
          initial={{ reference: search.get('reference'), current: search.get('current'), model: search.get('model') }}
          onReport={(report) => {
            void client.invalidateQueries({ queryKey: queries.monitoring.key() });
            void navigate(`/monitor/${report.id}`);
          }}
        />
      )}
      {reports.error && <ErrorPanel error={reports.error} onRetry={() => reports.refetch()} />}
      {reports.data && reports.data.length > 0 && <DriftReportList reports={reports.data} />}
      {reports.data?.length === 0 && isReady && datasets.data.length > 0 && (
        <EmptyState title={monitoringMessages.reportsEmptyTitle} text={monitoringMessages.reportsEmptyText} />
      )}
    </Stack>
  );
}
