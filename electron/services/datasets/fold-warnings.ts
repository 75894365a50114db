import type { ImportWarning } from '../../../shared/contract/datasets.ts';

/** Warnings of one code that are told one by one. */
const MOST_OF_A_CODE = 20;

/** A wide table can be doubtful in the same way in thousands of columns: the first are told, the rest counted. */
export function foldWarnings(warnings: readonly ImportWarning[]): ImportWarning[] {
  const counts = new Map<string, number>();
  const kept = warnings.filter(({ code }) => {
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    return count <= MOST_OF_A_CODE;
  });
  const more = [...counts].flatMap(([code, count]): ImportWarning[] => {
    const left = count - MOST_OF_A_CODE;
    if (left <= 0) return [];
    return [{ code, message: `The same holds for ${left} more ${left === 1 ? 'column' : 'columns'} (${code}).` }];
  });
  return [...kept, ...more];
}
