import { NativeSelect } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ColumnRole, DatasetVersion } from '../../../shared/contract/datasets.ts';
import { versionReference } from '../../../shared/ids.ts';
import { queries } from '../../lib/api.ts';
import { messages } from '../../lib/messages/messages.ts';

interface RoleSelectProps {
  readonly dataset: DatasetVersion;
  readonly column: string;
  readonly role: ColumnRole;
}

const m = messages.datasets;
const roles: readonly ColumnRole[] = ['feature', 'target', 'sensitive', 'time', 'id', 'weight', 'ignored'];
const choices = roles.map((value) => ({ value, label: m.roles[value] }));
const isRole = (value: string): value is ColumnRole => roles.some((role) => role === value);

/** What a column is for. Takes effect at once; everything later (advice, training, fairness) starts from it. */
export function RoleSelect({ dataset, column, role }: RoleSelectProps) {
  const client = useQueryClient();
  const setRole = useMutation(
    queries.datasets.setRole.mutationOptions({
      onSuccess: () => client.invalidateQueries({ queryKey: queries.datasets.key() }),
      onError: (error) => notifications.show({ color: 'red', title: m.roleOf(column), message: error.message }),
    }),
  );
  const shown = setRole.isPending ? setRole.variables.role : role;
  return (
    <NativeSelect
      size="xs"
      variant={shown === 'feature' ? 'unstyled' : 'default'}
      w={104}
      aria-label={m.roleOf(column)}
      data={choices}
      value={shown}
      onChange={(event) => {
        const { value } = event.currentTarget;
        if (isRole(value)) setRole.mutate({ dataset: versionReference(dataset), column, role: value });
      }}
    />
  );
}
