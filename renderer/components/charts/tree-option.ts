import type { EChartsOption } from 'echarts';
import { hoverText } from './hover-text.ts';
import type { ChartPalette } from './palette.ts';

/** A node as it is drawn: two short lines, more on hover; `share` is the part of all rows that passes it. */
export interface DrawnNode {
  readonly id: number;
  readonly head: string;
  readonly line: string;
  readonly hover: string;
  readonly kind: 'test' | 'leaf' | 'folded';
  readonly share: number | null;
  readonly children: readonly DrawnNode[];
}

const ROW_PX = 38;
const countEnds = (node: DrawnNode): number =>
  node.children.length === 0 ? 1 : node.children.reduce((sum, child) => sum + countEnds(child), 0);

const levels = (node: DrawnNode): number => 1 + Math.max(0, ...node.children.map(levels));

/** Room that words have between two levels in the smallest window, so that none lies on the next node. */
const wordWidth = (root: DrawnNode): number =>
  Math.max(60, Math.min(150, Math.floor(640 / Math.max(1, levels(root) - 1)) - 22));

/** Pixels a tree needs so that no two of its ends touch. */
export const treeHeight = (root: DrawnNode): number => 40 + Math.max(3, countEnds(root)) * ROW_PX;

interface TreeItem {
  name: string;
  value: number;
  symbol: string;
  symbolSize: number;
  itemStyle: { color: string; borderColor: string; borderWidth: number };
  lineStyle: { width: number };
  tooltip: { formatter: string };
  children: TreeItem[];
}

/** A tree from left to right, the branch for yes above; a line is the thicker the more rows pass it. */
export function treeOption(root: DrawnNode, palette: ChartPalette): EChartsOption {
  const item = (node: DrawnNode): TreeItem => ({
    name: `{head|${node.head}}\n{line|${node.line}}`,
    value: node.id,
    symbol: node.kind === 'test' ? 'circle' : node.kind === 'leaf' ? 'rect' : 'diamond',
    symbolSize: node.kind === 'folded' ? 10 : 7,
    itemStyle: {
      color: node.kind === 'leaf' ? palette.current : palette.surface,
      borderColor: palette.current,
      borderWidth: 1.5,
    },
    lineStyle: { width: node.share === null ? 1.2 : 1 + 7 * Math.sqrt(node.share) },
    tooltip: { formatter: hoverText(node.hover) },
    children: node.children.map(item),
  });
  return {
    animation: false,
    tooltip: { trigger: 'item', confine: true },
    series: [
      {
        type: 'tree',
        data: [item(root)],
        orient: 'LR',
        edgeShape: 'curve',
        left: 24,
        right: 190,
        top: 16,
        bottom: 16,
        expandAndCollapse: false,
        initialTreeDepth: -1,
        roam: false,
        lineStyle: { color: palette.reference, opacity: 0.5, curveness: 0.6 },
        emphasis: { disabled: true },
        label: {
          position: 'right',
          align: 'left',
          verticalAlign: 'middle',
          distance: 8,
          // Lines pass behind the words.
          backgroundColor: palette.surface,
          padding: [0, 3],
          width: wordWidth(root),
          overflow: 'truncate',
          rich: {
            head: { color: palette.text, fontSize: 11, fontWeight: 600, lineHeight: 14 },
            line: { color: palette.dimmed, fontSize: 10, lineHeight: 13 },
          },
        },
      },
    ],
  };
}
