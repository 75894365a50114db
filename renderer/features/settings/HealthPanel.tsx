import { Button, Group, Paper, Table, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconStethoscope, type TablerIcon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DoctorCheck } from '../../../shared/contract/system.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { messages } from '../../lib/messages/messages.ts';

interface HealthPanelProps {
  /** The address asks for the checks: they run without a click. */
  readonly isAsked: boolean;
}

const m = messages.settings;
const marks: Readonly<
  Record<DoctorCheck['status'], { readonly icon: TablerIcon; readonly color: string; readonly label: string }>
> = {
  ok: { icon: IconCircleCheck, color: 'light-dark(#00694e, #2bc79a)', label: m.statusOk },
  warning: { icon: IconAlertTriangle, color: 'light-dark(#8a5a00, #e69f00)', label: m.statusWarning },
  failed: { icon: IconCircleX, color: 'var(--mantine-color-error)', label: m.statusFailed },
};

const order: readonly DoctorCheck['status'][] = ['failed', 'warning', 'ok'];

function finding(checks: readonly DoctorCheck[]): string {
  const count = (status: DoctorCheck['status']) => checks.filter((check) => check.status === status).length;
  return count('ok') === checks.length ? m.healthOk(checks.length) : m.healthBad(count('failed'), count('warning'));
}

/** The real checks of `doctor`, worst first, each with its remedy. */
export function HealthPanel({ isAsked }: HealthPanelProps) {
  const [hasRun, setRun] = useState(false);
  const isOn = isAsked || hasRun;
  const doctor = useQuery(queries.system.doctor.queryOptions({ enabled: isOn, staleTime: 60_000 }));
  const checks = (doctor.data ?? []).toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  const run = () => {
    if (isOn) void doctor.refetch();
    else setRun(true);
  };
  return (
    <Paper withBorder p="md" component="section" id="health" aria-labelledby="health-title">
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={2} size="h5" id="health-title">
            {m.healthTitle}
          </Title>
          <Text size="sm" c="dimmed" aria-live="polite">
            {doctor.data && !doctor.isFetching ? finding(doctor.data) : m.healthText}
          </Text>
        </div>
        <Button
          size="xs"
          variant="default"
          loading={doctor.isFetching}
          leftSection={<IconStethoscope size={14} aria-hidden />}
          onClick={run}
        >
          {m.healthRun}
        </Button>
      </Group>
      {doctor.error && <ErrorPanel error={doctor.error} onRetry={() => doctor.refetch()} />}
      {doctor.isLoading && <LateSkeleton lines={6} />}
      {checks.length > 0 && (
        <Table mt="sm" aria-label={m.healthTitle} className="tabular">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={220}>{m.columnCheck}</Table.Th>
              <Table.Th>{m.columnFound}</Table.Th>
              <Table.Th w="36%">{m.columnRemedy}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {checks.map(({ name, status, detail, remedy }) => {
              const { icon: Icon, color, label } = marks[status];
              return (
                <Table.Tr key={name}>
                  <Table.Td>
                    <Group gap={6} wrap="nowrap">
                      <Text component="span" c={color} display="inline-flex">
                        <Icon size={16} role="img" aria-label={label} />
                      </Text>
                      {name}
                    </Group>
                  </Table.Td>
                  <Table.Td>{detail}</Table.Td>
                  <Table.Td>{remedy ?? ''}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      )}
    </Paper>
  );
}
