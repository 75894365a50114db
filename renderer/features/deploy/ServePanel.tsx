import { Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Bundle, Endpoint } from '../../../shared/contract/bundles.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { queries } from '../../lib/api.ts';
import { formatCount } from '../../lib/format.ts';
import { CopyLine } from './CopyLine.tsx';
import { curlCommand } from './curl-command.ts';
import { deployMessages } from './messages.ts';

interface ServePanelProps {
  readonly bundle: Bundle;
  /** The newest endpoint of this bundle, running or not. */
  readonly endpoint: Endpoint | undefined;
  /** Called with the endpoint that was started. */
  readonly onServed: (endpoint: Endpoint) => void;
}

const states: Readonly<Record<Endpoint['state'], string>> = {
  starting: deployMessages.stateStarting,
  ready: deployMessages.stateReady,
  stopped: deployMessages.stateStopped,
  failed: deployMessages.stateFailed,
};

/** Starts and stops the server of a bundle on this machine, with its address and a command to try it. */
export function ServePanel({ bundle, endpoint, onServed }: ServePanelProps) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: queries.bundles.endpoints.key() });
  const serve = useMutation(
    queries.bundles.serve.mutationOptions({
      onSuccess: (started) => {
        onServed(started);
        return refresh();
      },
    }),
  );
  const stop = useMutation(queries.bundles.stop.mutationOptions({ onSuccess: refresh }));
  const model = useQuery(
    queries.models.get.queryOptions({ input: { model: `${bundle.model}@${bundle.modelVersion}` } }),
  );
  const isUp = endpoint?.state === 'ready' || endpoint?.state === 'starting';
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <div>
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {deployMessages.serveTitle}
            </Text>
            {endpoint && (
              <Badge
                variant={isUp ? 'light' : 'default'}
                {...(endpoint.state === 'failed' ? { color: 'red' } : {})}
                tt="none"
              >
                {states[endpoint.state]}
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            {isUp && endpoint ? deployMessages.requests(formatCount(endpoint.requests)) : deployMessages.serveText}
          </Text>
        </div>
        {isUp && endpoint ? (
          <Button
            variant="default"
            leftSection={<IconPlayerStop size={16} aria-hidden />}
            loading={stop.isPending}
            onClick={() => stop.mutate({ id: endpoint.id })}
          >
            {deployMessages.stop}
          </Button>
        ) : (
          <Button
            variant="default"
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
            loading={serve.isPending}
            onClick={() => serve.mutate({ bundle: bundle.id })}
          >
            {deployMessages.serve}
          </Button>
        )}
      </Group>
      {endpoint?.error && <Text size="sm">{endpoint.error}</Text>}
      {serve.error && <ErrorPanel error={serve.error} onRetry={() => serve.mutate({ bundle: bundle.id })} />}
      {stop.error && <ErrorPanel error={stop.error} onRetry={stop.reset} />}
      {endpoint?.state === 'ready' && (
        <>
          <Text size="sm">
            {deployMessages.answeringAt}{' '}
            <Anchor href={`${endpoint.url}/v2`} target="_blank" rel="noreferrer" className="mono" size="sm">
              {endpoint.url}
            </Anchor>
          </Text>
          <Text size="xs" c="dimmed">
            {deployMessages.curlTitle}
          </Text>
          <CopyLine
            text={curlCommand(endpoint.url, bundle.model, model.data?.inputs ?? [])}
            label={deployMessages.copyCurl}
          />
        </>
      )}
    </Stack>
  );
}
