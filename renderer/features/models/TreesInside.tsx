import { Stack } from '@mantine/core';
import { useCallback } from 'react';
import type { TreesInspection } from '../../../shared/contract/model-inspection.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { Chart } from '../../components/Chart.tsx';
import { barsHeight, barsOption } from '../../components/charts/bars-option.ts';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { formatCount, formatFull, formatShare, formatShareTick } from '../../lib/format.ts';
import { modelsMessages as m } from './messages.ts';
import { TreeChart } from './TreeChart.tsx';

interface TreesInsideProps {
  readonly model: ModelVersion;
  readonly inspection: TreesInspection;
}

const MOST_BARS = 25;

/** What an ensemble asks about, and its trees one by one. */
export function TreesInside({ model, inspection }: TreesInsideProps) {
  const { columns } = inspection;
  const hasGain = columns.some(({ gain }) => gain !== null);
  const weightOf = useCallback(
    (column: (typeof columns)[number]) => (hasGain ? (column.gain ?? 0) : column.tests),
    [hasGain],
  );
  const total = columns.reduce((sum, column) => sum + weightOf(column), 0);
  const unused = columns.filter(({ tests }) => tests === 0).length;
  const option = useCallback(
    (palette: ChartPalette) =>
      barsOption(
        {
          bars: columns.slice(0, MOST_BARS).map((column) => ({
            label: column.column,
            value: total === 0 ? 0 : weightOf(column) / total,
            hover: [
              column.column,
              ...(column.gain === null ? [] : [m.treeGain(formatFull(column.gain))]),
              m.insideTests(formatCount(column.tests)),
              ...(column.rows === null ? [] : [m.treeRows(formatCount(column.rows))]),
            ].join('\n'),
          })),
          xName: hasGain ? m.insideGainShare : m.insideTestShare,
          format: formatShareTick,
        },
        palette,
      ),
    [columns, total, hasGain, weightOf],
  );
  const [first] = columns;
  return (
    <Stack gap="md">
      {first !== undefined && total > 0 && (
        <Chart
          title={
            hasGain
              ? m.insideGainTitle(first.column, formatShare(weightOf(first) / total))
              : m.insideTestTitle(first.column, formatShare(weightOf(first) / total))
          }
          subtitle={[
            m.insideTreesSubtitle(
              formatCount(inspection.trees),
              formatCount(inspection.leaves),
              formatCount(inspection.deepest),
            ),
            ...(unused > 0 ? [m.insideUnused(formatCount(unused))] : []),
            hasGain ? m.insideGainCaution : '',
          ].join(' ')}
          height={barsHeight(Math.min(columns.length, MOST_BARS))}
          option={option}
          table={{
            columns: [m.treeColumn, m.treeGainWord, m.insideTestsWord, m.treeRowsWord],
            rows: columns.map(({ column, gain, tests, rows }) => [column, gain, tests, rows]),
          }}
        />
      )}
      <TreeChart model={model} inspection={inspection} />
    </Stack>
  );
}
