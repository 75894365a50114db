import { Anchor, Breadcrumbs, Group, NumberInput, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useState } from 'react';
import type { InspectedTree, TreesInspection } from '../../../shared/contract/model-inspection.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { Chart } from '../../components/Chart.tsx';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { treeHeight, treeOption } from '../../components/charts/tree-option.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { formatCount } from '../../lib/format.ts';
import { modelsMessages as m } from './messages.ts';
import { classNames } from './model-reference.ts';
import { depthBelow, drawnTree, levelsThatFit, testText, wayTo } from './tree-words.ts';

const MOST_ENDS = 16;
/** More levels than this beside each other leave no room for their words. */
const MOST_LEVELS = 4;

interface DrawnTreeProps {
  readonly tree: InspectedTree;
  /** What the class it speaks for is called; null for a number. */
  readonly label: string | null;
  /** Where another tree is chosen. */
  readonly picker: ReactNode;
  readonly answers: TreesInspection['answers'];
}

/** One tree: the part below a node, to a depth; a click on a node goes there. Its table lists every node. */
function DrawnTree({ tree, label, picker, answers }: DrawnTreeProps) {
  const [root, setRoot] = useState(0);
  const [asked, setAsked] = useState<number | undefined>();
  const deepest = depthBelow(tree, root);
  const levels = Math.min(deepest, asked ?? Math.min(MOST_LEVELS, levelsThatFit(tree, root, MOST_ENDS)));
  const drawn = drawnTree(tree, root, levels);
  const option = useCallback(
    (palette: ChartPalette) => treeOption(drawnTree(tree, root, levels), palette),
    [tree, root, levels],
  );
  const goTo = (id: number) => {
    setAsked(undefined);
    setRoot(id);
  };
  const first = tree.nodes[0];
  const way = wayTo(tree, root);
  return (
    <Stack gap="xs">
      <Group gap="md" align="flex-end">
        {picker}
        <NumberInput
          size="xs"
          w={130}
          label={m.treeLevels(formatCount(deepest))}
          min={1}
          max={Math.max(deepest, 1)}
          value={Math.max(levels, 1)}
          onChange={(value) => typeof value === 'number' && setAsked(value)}
        />
        {way.length > 1 && (
          <Breadcrumbs separator="›" pb={6}>
            {way.map((id) => {
              const node = tree.nodes[id];
              const text = node === undefined ? '' : id === 0 ? m.treeWhole : testText(node, 1) || m.treeLeafWord;
              return id === root ? (
                <Text key={id} size="xs" fw={600}>
                  {text}
                </Text>
              ) : (
                <Anchor key={id} component="button" type="button" size="xs" onClick={() => goTo(id)}>
                  {text}
                </Anchor>
              );
            })}
          </Breadcrumbs>
        )}
      </Group>
      <Chart
        title={
          first === undefined || first.column === null
            ? m.treeTitleLeaf(formatCount(tree.tree + 1))
            : m.treeTitle(formatCount(tree.tree + 1), testText(first))
        }
        subtitle={`${label === null ? '' : `${m.treeOfClass(label)} `}${answers === 'scores' ? m.treeSubtitleScores : m.treeSubtitleShares}`}
        height={treeHeight(drawn)}
        option={option}
        onClick={(event) => {
          const id = Number(event.value);
          if (tree.nodes[id]?.column !== null && tree.nodes[id] !== undefined) goTo(id);
        }}
        table={{
          columns: [
            m.treeNode,
            m.treeColumn,
            m.treeTest,
            m.treeYes,
            m.treeNo,
            m.treeMissing,
            m.treeValue,
            m.treeRowsWord,
            m.treeGainWord,
          ],
          rows: tree.nodes.map((node, id) => [
            id,
            node.column ?? '',
            testText(node, 8),
            node.column === null ? null : node.yes,
            node.column === null ? null : node.no,
            node.column === null ? '' : node.isMissingYes ? m.treeYes : m.treeNo,
            node.value,
            node.rows,
            node.gain,
          ]),
        }}
      />
    </Stack>
  );
}

interface TreeChartProps {
  readonly model: ModelVersion;
  readonly inspection: TreesInspection;
}

/** The trees of a model, one at a time. */
export function TreeChart({ model, inspection }: TreeChartProps) {
  const [number, setNumber] = useState(1);
  const tree = useQuery(
    queries.models.tree.queryOptions({
      input: { model: versionReference(model), tree: number - 1 },
      placeholderData: keepPreviousData,
    }),
  );
  if (inspection.listed === 0) return null;
  const [, positive] = classNames(model);
  const label = tree.data?.label ?? null;
  const picker = (
    <NumberInput
      size="xs"
      w={150}
      label={m.treeNumber(formatCount(inspection.listed))}
      min={1}
      max={inspection.listed}
      allowDecimal={false}
      clampBehavior="strict"
      value={number}
      onChange={(value) => typeof value === 'number' && value >= 1 && value <= inspection.listed && setNumber(value)}
    />
  );
  return (
    <Stack gap="xs">
      {inspection.listed < inspection.trees && (
        <Text size="xs" c="dimmed">
          {m.treesListed(formatCount(inspection.listed), formatCount(inspection.trees))}
        </Text>
      )}
      {tree.error && <ErrorPanel error={tree.error} onRetry={() => tree.refetch()} />}
      {tree.isPending && <LateSkeleton lines={8} />}
      {tree.data === undefined ? (
        picker
      ) : (
        <DrawnTree
          key={tree.data.tree}
          tree={tree.data}
          label={label !== null && model.task === 'binary' ? positive : label}
          picker={picker}
          answers={inspection.answers}
        />
      )}
    </Stack>
  );
}
