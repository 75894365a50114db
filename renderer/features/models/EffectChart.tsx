import { Group, Select, Stack } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import type { ColumnEffect, Explanation } from '../../../shared/contract/explanation.ts';
import { Chart } from '../../components/Chart.tsx';
import { effectOption } from '../../components/charts/effect-option.ts';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { pointText } from '../../lib/cell-text.ts';
import { formatCount, formatNumber } from '../../lib/format.ts';
import { modelsMessages as m } from './messages.ts';
import { OutputSelect } from './OutputSelect.tsx';

/** What the answer does as one column moves and the rest of each row stays. */
export function EffectChart({ explanation }: { readonly explanation: Explanation }) {
  const [column, setColumn] = useState<string | null>(null);
  const [output, setOutput] = useState(0);
  const { effects, outputs } = explanation;
  const effect = effects.find((one) => one.column === column) ?? effects[0];
  if (effect === undefined) return null;
  return (
    <Stack gap="xs">
      <Group gap="sm" align="flex-end">
        <Select
          size="xs"
          label={m.effectColumn}
          data={effects.map((one) => one.column)}
          value={effect.column}
          allowDeselect={false}
          onChange={setColumn}
        />
        <OutputSelect outputs={outputs} value={output} onChange={setOutput} />
      </Group>
      <EffectLines explanation={explanation} effect={effect} output={output} />
    </Stack>
  );
}

interface EffectLinesProps {
  readonly explanation: Explanation;
  readonly effect: ColumnEffect;
  readonly output: number;
}

function EffectLines({ explanation, effect, output }: EffectLinesProps) {
  const { column, grid, accumulated: moved } = effect;
  const lines = useMemo(() => {
    const [average = [], lower = [], upper = []] = [effect.average[output], effect.lower[output], effect.upper[output]];
    return { average, lower, upper };
  }, [effect, output]);
  const { average, lower, upper } = lines;
  const type = explanation.types[explanation.columns.indexOf(column)] ?? 'number';
  const label = explanation.outputs[output]?.label ?? null;
  const answer = label === null ? m.effectPrediction : m.effectProbability(label);
  const placeText = useCallback((x: number | string) => (typeof x === 'string' ? x : pointText(x, type)), [type]);
  const [least, most] = [Math.min(...average), Math.max(...average)];
  const option = useCallback(
    (palette: ChartPalette) => {
      // Effects have mean 0: they are drawn about the mean of the other line, where they can be compared.
      const centre = lines.average.reduce((sum, value) => sum + value, 0) / lines.average.length;
      return effectOption(
        {
          grid,
          ...lines,
          averageName: m.effectAverage,
          second:
            moved === null || moved.counts.length === 0
              ? null
              : {
                  name: m.effectAccumulated,
                  x: moved.edges,
                  y: (moved.effects[output] ?? []).map((value) => centre + value),
                },
          xName: column,
          yName: answer,
          format: placeText,
        },
        palette,
      );
    },
    [grid, lines, moved, output, answer, column, placeText],
  );
  return (
    <Chart
      title={
        least === most
          ? m.effectNothing(answer, column)
          : m.effectTitle(answer, formatNumber(least), formatNumber(most), column)
      }
      subtitle={m.effectSubtitle(formatCount(explanation.effectRows))}
      option={option}
      table={{
        columns: [column, answer, m.effectLower, m.effectUpper],
        rows: grid.map((x, step) => [placeText(x), average[step] ?? null, lower[step] ?? null, upper[step] ?? null]),
      }}
    />
  );
}
