import { Alert, Select, Stack, Text } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import type { InspectedWeight, LinearInspection } from '../../../shared/contract/model-inspection.ts';
import { Chart } from '../../components/Chart.tsx';
import { intervalDotsHeight, intervalDotsOption } from '../../components/charts/interval-dots-option.ts';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { formatCount, formatNumber } from '../../lib/format.ts';
import { modelsMessages as m } from './messages.ts';

interface WeightsInsideProps {
  readonly inspection: LinearInspection;
}

const MOST_DOTS = 40;

/** What a weight belongs to: "distance", "carrier is AA", "carrier is missing". */
export function weightName(weight: Pick<InspectedWeight, 'column' | 'part' | 'word'>): string {
  switch (weight.part) {
    case 'number':
      return weight.word === null ? weight.column : m.weightOfPart(weight.column, weight.word);
    case 'datePart':
    case 'text':
      return m.weightOfPart(weight.column, weight.word ?? '');
    case 'word':
      return m.weightWord(weight.column, weight.word ?? '');
    case 'otherWords':
      return m.weightOthers(weight.column);
    case 'missing':
      return m.weightMissing(weight.column);
  }
}

/** A weight whose interval leaves out zero. */
const isSure = ({ lower, upper }: InspectedWeight): boolean =>
  lower !== null && upper !== null && (lower > 0 || upper < 0);

/** The weights of a linear model, the largest first, with their intervals where there are some. */
export function WeightsInside({ inspection }: WeightsInsideProps) {
  const [chosen, setChosen] = useState('0');
  const output = inspection.outputs[Number(chosen)];
  const weights = useMemo(() => output?.weights.filter((weight) => !weight.isReference) ?? [], [output]);
  const option = useCallback(
    (palette: ChartPalette) =>
      intervalDotsOption(
        {
          dots: weights.slice(0, MOST_DOTS).map((weight) => ({
            label: weightName(weight),
            value: weight.weight,
            lower: weight.lower,
            upper: weight.upper,
            rows: null,
            isEnough: weight.lower === null || isSure(weight),
          })),
          xName: m.weightAxis[inspection.link],
          overall: { label: '', value: 0 },
        },
        palette,
      ),
    [weights, inspection.link],
  );
  if (output === undefined) return null;
  const [first] = weights;
  const sure = weights.filter(isSure).length;
  const hasIntervals = weights.some(({ lower }) => lower !== null);
  return (
    <Stack gap="md">
      {inspection.outputs.length > 1 && (
        <Select
          size="xs"
          w={280}
          label={m.weightClass}
          allowDeselect={false}
          data={inspection.outputs.map((one, index) => ({ value: String(index), label: one.label ?? String(index) }))}
          value={chosen}
          onChange={(value) => setChosen(value ?? '0')}
        />
      )}
      {inspection.reason !== null && (
        <Alert variant="light" color="gray" title={m.weightNoIntervals}>
          {inspection.reason}
        </Alert>
      )}
      {first === undefined ? (
        <Text size="sm" c="dimmed">
          {m.weightNone}
        </Text>
      ) : (
        <Chart
          title={m.weightTitle(weightName(first), formatNumber(first.weight))}
          subtitle={[
            m.weightSubtitle,
            ...(output.label === null ? [] : [m.weightFor(output.label)]),
            ...(hasIntervals ? [m.weightIntervals, m.weightSure(formatCount(sure), formatCount(weights.length))] : []),
            ...(output.leftOut > 0 ? [m.weightLeftOut(formatCount(output.leftOut))] : []),
          ].join(' ')}
          height={intervalDotsHeight(Math.min(weights.length, MOST_DOTS)) + 16}
          option={option}
          table={{
            columns: [
              m.treeColumn,
              m.weightPart,
              m.weightWeight,
              m.weightPerUnit,
              m.weightError,
              m.weightP,
              m.weightLower,
              m.weightUpper,
            ],
            rows: [
              [
                m.weightIntercept,
                '',
                output.intercept.weight,
                null,
                output.intercept.standardError,
                output.intercept.pValue,
                output.intercept.lower,
                output.intercept.upper,
              ],
              ...output.weights.map((weight) => [
                weight.column,
                weight.isReference ? m.weightReference(weight.word ?? '') : weightName(weight),
                weight.weight,
                weight.perUnit,
                weight.standardError,
                weight.pValue,
                weight.lower,
                weight.upper,
              ]),
            ],
          }}
        />
      )}
    </Stack>
  );
}
