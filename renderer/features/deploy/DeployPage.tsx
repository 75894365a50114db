import { Button, Grid, NavLink, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { formatDateTime } from '../../lib/format.ts';
import { BundleCard } from './BundleCard.tsx';
import { ExportForm } from './ExportForm.tsx';
import { endpointOf } from './endpoint-of.ts';
import { deployMessages } from './messages.ts';

/** Export a bundle; look at, verify and serve those that exist. The address holds the chosen bundle. */
export function DeployPage() {
  const [search, setSearch] = useSearchParams();
  const client = useQueryClient();
  const models = useQuery(queries.models.list.queryOptions());
  const targets = useQuery(queries.bundles.targets.queryOptions());
  const bundles = useQuery(queries.bundles.list.queryOptions());
  const endpoints = useQuery(queries.bundles.endpoints.queryOptions({ refetchInterval: 5000 }));
  /** Endpoints by the bundle they were started from in this window. */
  const [served, setServed] = useState<Readonly<Record<string, string>>>({});
  const error = models.error ?? targets.error ?? bundles.error;
  const refresh = () => client.invalidateQueries({ queryKey: queries.bundles.key() });
  const chosen = bundles.data?.find((bundle) => bundle.id === search.get('bundle')) ?? bundles.data?.[0];
  const endpoint = chosen && endpointOf(chosen, endpoints.data ?? [], served[chosen.id]);
  const isReady = models.data !== undefined && targets.data !== undefined && bundles.data !== undefined;
  return (
    <Stack gap="md">
      <div>
        <Title order={1} size="h3">
          {deployMessages.title}
        </Title>
        <Text size="sm" c="dimmed">
          {deployMessages.intro}
        </Text>
      </div>
      {error && (
        <ErrorPanel
          error={error}
          onRetry={() => Promise.all([models.refetch(), targets.refetch(), bundles.refetch()])}
        />
      )}
      {!isReady && !error && <LateSkeleton lines={8} />}
      {isReady && models.data.length === 0 && (
        <EmptyState
          title={deployMessages.noModelsTitle}
          text={deployMessages.noModelsText}
          action={
            <Button component={Link} to="/train">
              {deployMessages.goToTrain}
            </Button>
          }
        />
      )}
      {isReady && models.data.length > 0 && (
        <ExportForm
          models={models.data}
          targets={targets.data}
          initial={search.get('model')}
          onExported={(bundle) => {
            setSearch({ bundle: bundle.id }, { replace: true });
            void refresh();
          }}
        />
      )}
      {isReady && bundles.data.length === 0 && models.data.length > 0 && (
        <EmptyState title={deployMessages.bundlesEmptyTitle} text={deployMessages.bundlesEmptyText} />
      )}
      {isReady && chosen && (
        <Grid gap="md">
          <Grid.Col span={{ base: 12, md: 3 }}>
            <Paper withBorder p="xs" component="nav" aria-label={deployMessages.bundlesTitle}>
              {bundles.data.map((bundle) => (
                <NavLink
                  key={bundle.id}
                  component={Link}
                  to={`/deploy?bundle=${bundle.id}`}
                  active={bundle.id === chosen.id}
                  label={deployMessages.bundleOf(bundle.model, String(bundle.modelVersion))}
                  description={`${bundle.isZip ? deployMessages.zipKind : deployMessages.folderKind}, ${formatDateTime(bundle.createdAt)}`}
                  {...(bundle.id === chosen.id ? { 'aria-current': 'page' as const } : {})}
                />
              ))}
            </Paper>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 9 }}>
            <BundleCard
              key={chosen.id}
              bundle={chosen}
              endpoint={endpoint}
              onServed={(started) => setServed({ ...served, [chosen.id]: started.id })}
              onVerified={refresh}
            />
          </Grid.Col>
        </Grid>
      )}
    </Stack>
  );
}
