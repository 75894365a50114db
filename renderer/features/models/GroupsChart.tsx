import { Group, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import type { EvaluationReport, GroupMetrics } from '../../../shared/contract/evaluation.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { Chart } from '../../components/Chart.tsx';
import {
  type IntervalDot,
  intervalDotsHeight,
  intervalDotsOption,
} from '../../components/charts/interval-dots-option.ts';
import { formatNumber } from '../../lib/format.ts';
import { groupDots, groupings, groupMetricNames } from './gap-order.ts';
import { modelsMessages } from './messages.ts';
import { overallFigure } from './overall-figure.ts';

interface GroupsChartProps {
  readonly report: EvaluationReport;
  readonly groups: readonly GroupMetrics[];
  /** `groups` lets the reader choose a grouping; `slices` shows all together. */
  readonly kind: 'groups' | 'slices';
}

interface Finding {
  readonly kind: GroupsChartProps['kind'];
  readonly metric: string;
  readonly isHigherBetter: boolean;
  readonly first: IntervalDot | undefined;
}

function finding({ kind, metric, isHigherBetter, first }: Finding): string {
  if (first === undefined || first.value === null) return modelsMessages.groupsTitleUnknown(metric);
  if (kind === 'slices') return modelsMessages.slicesTitle(metric, first.label, formatNumber(first.value));
  const say = isHigherBetter ? modelsMessages.groupsTitleLowest : modelsMessages.groupsTitleHighest;
  return say(metric, first.label, formatNumber(first.value));
}

/** A dot plot with intervals, a row a group, worst first; the grey line is the figure over all rows. */
export function GroupsChart({ report, groups, kind }: GroupsChartProps) {
  const names = groupMetricNames(groups);
  const choices = groupings(groups);
  // Slices are searched by being wrong; the groups of a column start with what is decided about them.
  const [metric, setMetric] = useState(kind === 'slices' && names.includes('accuracy') ? 'accuracy' : (names[0] ?? ''));
  const [grouping, setGrouping] = useState(choices[0] ?? '');
  const chosenMetric = names.includes(metric) ? metric : (names[0] ?? '');
  const chosenGrouping = choices.includes(grouping) ? grouping : (choices[0] ?? '');
  const dots = groupDots(groups, kind === 'groups' ? chosenGrouping : null, chosenMetric);
  const label = metricLabel(chosenMetric);
  const isHigherBetter =
    groups.flatMap((group) => group.metrics).find((one) => one.name === chosenMetric)?.isHigherBetter ?? true;
  const overall = overallFigure(report, chosenMetric);
  return (
    <Stack gap="xs">
      <Group gap="sm">
        {kind === 'groups' && choices.length > 1 && (
          <Select
            size="xs"
            label={modelsMessages.groupingLabel}
            data={[...choices]}
            value={chosenGrouping}
            allowDeselect={false}
            onChange={(value) => value !== null && setGrouping(value)}
          />
        )}
        <Select
          size="xs"
          label={modelsMessages.metricLabel}
          data={names.map((name) => ({ value: name, label: metricLabel(name) }))}
          value={chosenMetric}
          allowDeselect={false}
          onChange={(value) => value !== null && setMetric(value)}
        />
      </Group>
      <Chart
        title={finding({
          kind,
          metric: label,
          isHigherBetter,
          first: dots.find((dot) => dot.isEnough && dot.value !== null),
        })}
        subtitle={kind === 'groups' ? modelsMessages.groupsSubtitle(chosenGrouping) : modelsMessages.slicesSubtitle}
        height={intervalDotsHeight(dots.length)}
        table={{
          columns: [
            modelsMessages.tableGroup,
            label,
            modelsMessages.tableLower,
            modelsMessages.tableUpper,
            modelsMessages.tableRows,
          ],
          rows: dots.map((dot) => [dot.label, dot.value, dot.lower, dot.upper, dot.rows]),
        }}
        option={(palette) =>
          intervalDotsOption(
            { dots, xName: label, overall: overall === undefined ? undefined : { label: '', value: overall } },
            palette,
          )
        }
      />
    </Stack>
  );
}
