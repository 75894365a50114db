import { Group, NumberInput, Stack } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import type { Explanation } from '../../../shared/contract/explanation.ts';
import { Chart } from '../../components/Chart.tsx';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { waterfallHeight, waterfallOption } from '../../components/charts/waterfall-option.ts';
import { formatCount } from '../../lib/format.ts';
import { givenBy, rowSentence, waterfallSteps } from './explained-row.ts';
import { modelsMessages as m } from './messages.ts';
import { OutputSelect } from './OutputSelect.tsx';

/** One row: how its answer comes about, column by column. */
export function RowExplanation({ explanation }: { readonly explanation: Explanation }) {
  const [row, setRow] = useState(0);
  const [output, setOutput] = useState(0);
  const { rows, outputs, scale } = explanation;
  const steps = useMemo(() => waterfallSteps(explanation, row, output), [explanation, row, output]);
  const option = useCallback(
    (palette: ChartPalette) => waterfallOption({ steps, xName: m.explainScale(scale) }, palette),
    [steps, scale],
  );
  return (
    <Stack gap="xs">
      <Group gap="sm" align="flex-end">
        <NumberInput
          size="xs"
          w={150}
          label={m.explainRow(formatCount(rows.length))}
          value={row + 1}
          min={1}
          max={rows.length}
          clampBehavior="strict"
          allowDecimal={false}
          onChange={(value) => typeof value === 'number' && value >= 1 && setRow(value - 1)}
        />
        <OutputSelect outputs={outputs} value={output} onChange={setOutput} />
      </Group>
      <Chart
        title={rowSentence(explanation, row, output)}
        subtitle={m.explainRowSubtitle(m.explainScale(scale))}
        height={waterfallHeight(steps.length)}
        option={option}
        table={{
          columns: [m.explainColumn, m.explainCell, m.explainValue],
          rows: givenBy(explanation, row, output).map(({ column, cell, value }) => [column, cell, value]),
        }}
      />
    </Stack>
  );
}
