import { Anchor, Badge, Text } from '@mantine/core';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { metricLabel, spelledOut } from '../../../shared/metric-names.ts';
import { formatBounds, formatDuration, formatNumber, NOT_AVAILABLE } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import { type DataColumn, DataTable } from '../DataTable.tsx';
import { bestFirst, figureOf, notToldApart, type Run } from './run.ts';
import { paramText, varyingParams } from './run-axes.ts';

interface RunsTableProps {
  readonly label: string;
  readonly runs: readonly Run[];
  /** Figures to show, the one that decides first. */
  readonly figures: readonly string[];
}

const m = messages.components;

function Figure({ run, name }: { readonly run: Run; readonly name: string }) {
  const figure = figureOf(run, name);
  if (figure === undefined || figure.value === null) return <span>{NOT_AVAILABLE}</span>;
  return (
    <span title={String(figure.value)} className="nowrap">
      {formatNumber(figure.value)}
      {figure.lower !== null && figure.upper !== null && (
        <Text span size="xs" c="dimmed" ml={6} title={`${figure.lower} – ${figure.upper}`}>
          {formatBounds(figure.lower, figure.upper).join(' – ')}
        </Text>
      )}
    </span>
  );
}

function Param({ value }: { readonly value: unknown }) {
  const text = paramText(value);
  if (text === undefined) return null;
  return <span title={text}>{typeof value === 'number' ? formatNumber(value) : text}</span>;
}

const sortKey = (value: unknown): string | number | null =>
  typeof value === 'number' ? value : (paramText(value) ?? null);

/** Runs as rows: what differs between them, how good they became, and which cannot be told apart from the best. */
export function RunsTable({ label, runs, figures }: RunsTableProps) {
  const [leading = ''] = figures;
  const columns = useMemo((): readonly DataColumn<Run>[] => {
    const level = notToldApart(runs, leading);
    const [best] = bestFirst(runs, leading);
    return [
      {
        id: 'run',
        label: m.run,
        sortBy: (run) => run.label,
        cell: (run) => (
          <span className="nowrap">
            {run.path === undefined ? (
              run.label
            ) : (
              <Anchor component={Link} to={run.path} size="sm" fw={600}>
                {run.label}
              </Anchor>
            )}
            {level.has(run.id) && (
              <Badge ml={6} size="sm" tt="none" miw="max-content" variant={run.id === best?.id ? 'light' : 'default'}>
                {run.id === best?.id ? m.runBest : m.runLevel}
              </Badge>
            )}
          </span>
        ),
      },
      ...figures.map(
        (name): DataColumn<Run> => ({
          id: `figure ${name}`,
          label: metricLabel(name),
          isNumeric: true,
          sortBy: (run) => figureOf(run, name)?.value ?? null,
          cell: (run) => <Figure run={run} name={name} />,
        }),
      ),
      ...(new Set(runs.map((run) => run.algorithm)).size > 1
        ? [
            {
              id: 'algorithm',
              label: m.runAlgorithm,
              sortBy: (run: Run) => run.algorithm,
              cell: (run: Run) => spelledOut(run.algorithm),
            },
          ]
        : []),
      ...varyingParams(runs).map(
        (name): DataColumn<Run> => ({
          id: `param ${name}`,
          label: spelledOut(name),
          isNumeric: runs.every((run) => run.params[name] === undefined || typeof run.params[name] === 'number'),
          sortBy: (run) => sortKey(run.params[name]),
          cell: (run) => <Param value={run.params[name]} />,
        }),
      ),
      {
        id: 'seconds',
        label: m.runTime,
        isNumeric: true,
        sortBy: (run) => run.seconds,
        cell: (run) => <span title={`${run.seconds} s`}>{formatDuration(run.seconds * 1000)}</span>,
      },
    ];
  }, [runs, figures, leading]);
  return <DataTable label={label} rows={bestFirst(runs, leading)} columns={columns} rowKey={(run) => run.id} />;
}
