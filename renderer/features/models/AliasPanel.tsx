import { Badge, Button, Group, Modal, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { queries } from '../../lib/api.ts';
import { modelsMessages } from './messages.ts';

interface AliasPanelProps {
  readonly model: ModelVersion;
  /** Every version of every model: to say what an alias points at now. */
  readonly all: readonly ModelVersion[];
}

const isAlias = (text: string): boolean => /^[a-z][a-z0-9-]{0,40}$/.test(text);

/** Aliases of a version: promote it, roll an alias back. */
export function AliasPanel({ model, all }: AliasPanelProps) {
  const client = useQueryClient();
  const [alias, setAlias] = useState('production');
  const [isAsking, setAsking] = useState(false);
  const holder = all.find((one) => one.name === model.name && one.aliases.includes(alias));
  const refresh = () => client.invalidateQueries({ queryKey: queries.models.key() });
  const promote = useMutation(
    queries.models.promote.mutationOptions({
      onSuccess: (version) => {
        notifications.show({ message: modelsMessages.promoted(alias, versionReference(version)) });
        setAsking(false);
        return refresh();
      },
    }),
  );
  const rollback = useMutation(
    queries.models.rollback.mutationOptions({
      onSuccess: (version, input) => {
        notifications.show({ message: modelsMessages.rolledBack(input.alias, versionReference(version)) });
        return refresh();
      },
    }),
  );
  const send = () => promote.mutate({ model: versionReference(model), alias });
  const isTaken = holder !== undefined && holder.id !== model.id;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="aliases-title">
      <Stack gap="sm">
        <Title order={3} size="h5" id="aliases-title">
          {modelsMessages.aliasesTitle}
        </Title>
        {model.aliases.length === 0 && (
          <Text size="sm" c="dimmed">
            {modelsMessages.aliasNone}
          </Text>
        )}
        {model.aliases.map((name) => (
          <Group key={name} justify="space-between">
            <Badge variant="light" size="lg" tt="none">
              {name}
            </Badge>
            <Button
              size="xs"
              variant="default"
              loading={rollback.isPending}
              onClick={() => rollback.mutate({ model: model.name, alias: name })}
            >
              {modelsMessages.rollback(name)}
            </Button>
          </Group>
        ))}
        <Group align="flex-end" gap="sm">
          <TextInput
            label={modelsMessages.promoteLabel}
            description={modelsMessages.promoteHint}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            placeholder={modelsMessages.promotePlaceholder}
            value={alias}
            onChange={(event) => setAlias(event.currentTarget.value)}
            error={alias !== '' && !isAlias(alias)}
            flex={1}
          />
          <Button
            mb={22}
            disabled={!isAlias(alias) || model.aliases.includes(alias)}
            loading={promote.isPending}
            onClick={() => (isTaken ? setAsking(true) : send())}
          >
            {modelsMessages.promote}
          </Button>
        </Group>
        {promote.error && <ErrorPanel error={promote.error} onRetry={send} />}
        {rollback.error && <ErrorPanel error={rollback.error} onRetry={rollback.reset} />}
      </Stack>
      <Modal opened={isAsking} onClose={() => setAsking(false)} title={modelsMessages.promoteConfirmTitle(alias)}>
        <Stack>
          <Text size="sm">
            {modelsMessages.promoteConfirmText(alias, holder === undefined ? '' : versionReference(holder))}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)}>
              {modelsMessages.cancel}
            </Button>
            <Button onClick={send} loading={promote.isPending}>
              {modelsMessages.promote}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Paper>
  );
}
