import { useMemo } from 'react';
import type { LabelMetrics } from '../../../shared/contract/evaluation.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { formatBounds, formatCount, formatNumber } from '../../lib/format.ts';
import { modelsMessages } from './messages.ts';

interface LabelsTableProps {
  readonly labels: readonly LabelMetrics[];
}

const figureOf = ({ metrics }: LabelMetrics, name: string) => metrics.find((metric) => metric.name === name);

function Figure({ row, name }: { readonly row: LabelMetrics; readonly name: string }) {
  const figure = figureOf(row, name);
  if (!figure) return null;
  const interval =
    figure.lower === null ? undefined : modelsMessages.interval(...formatBounds(figure.lower, figure.upper));
  return <span title={figure.reason ?? interval}>{formatNumber(figure.value)}</span>;
}

/** Each label by itself: how often it is there, and how well it is told. */
export function LabelsTable({ labels }: LabelsTableProps) {
  const columns = useMemo((): readonly DataColumn<LabelMetrics>[] => {
    const names = labels[0]?.metrics.map(({ name }) => name) ?? [];
    return [
      { id: 'label', label: modelsMessages.labelsName, sortBy: (row) => row.label, cell: (row) => row.label },
      {
        id: 'rows',
        label: modelsMessages.labelsRows,
        isNumeric: true,
        sortBy: (row) => row.rows,
        cell: (row) => formatCount(row.rows),
      },
      {
        id: 'positives',
        label: modelsMessages.labelsPositives,
        isNumeric: true,
        sortBy: (row) => row.positives,
        cell: (row) => formatCount(row.positives),
      },
      ...names.map(
        (name): DataColumn<LabelMetrics> => ({
          id: name,
          label: metricLabel(name),
          isNumeric: true,
          sortBy: (row) => figureOf(row, name)?.value ?? null,
          cell: (row) => <Figure row={row} name={name} />,
        }),
      ),
    ];
  }, [labels]);
  return (
    <section aria-label={modelsMessages.labelsTitle}>
      <DataTable label={modelsMessages.labelsTitle} rows={labels} columns={columns} rowKey={(row) => row.label} />
    </section>
  );
}
