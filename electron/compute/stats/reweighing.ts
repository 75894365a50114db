export interface CellWeight {
  readonly group: string;
  readonly label: number;
  readonly weight: number;
}

/**
 * Weights that make label and group independent in training data (Kamiran and Calders 2012): share of the group times share of
 * the label over the share of both together. Cells without a row are left out.
 */
export function reweighing(labels: ArrayLike<number>, groups: readonly string[]): CellWeight[] {
  const rows = groups.length;
  const cells = new Map<string, Map<number, number>>();
  const byLabel = new Map<number, number>();
  for (const [i, group] of groups.entries()) {
    const label = labels[i] ?? 0;
    const own = cells.get(group) ?? new Map<number, number>();
    own.set(label, (own.get(label) ?? 0) + 1);
    cells.set(group, own);
    byLabel.set(label, (byLabel.get(label) ?? 0) + 1);
  }
  return [...cells].flatMap(([group, own]) => {
    const inGroup = [...own.values()].reduce((sum, count) => sum + count, 0);
    return [...own].map(([label, count]) => ({
      group,
      label,
      weight: (inGroup * (byLabel.get(label) ?? 0)) / rows / count,
    }));
  });
}
