import type { DriftReport, DriftTestInfo } from '../../../shared/contract/monitoring.ts';
import { thinPeriods } from '../../../shared/thin-periods.ts';

/** Strengths are drawn up to this many times the threshold; beyond it a cell is simply full. */
export const FULL_STRENGTH = 5;

/** The part of an outcome that decides. */
export interface Verdict {
  readonly test: string;
  readonly statistic: number | null;
  readonly pValue: number | null;
  readonly threshold: number;
  readonly isDrifted: boolean;
}

/** One cell of the heat map. */
export interface DriftCell {
  readonly verdict: Verdict | null;
  /** 1 at the threshold, more beyond it; null without an answer. */
  readonly strength: number | null;
  /** The period has too few rows to be judged. */
  readonly isThin: boolean;
}

export interface DriftRow {
  readonly column: string;
  readonly cells: readonly DriftCell[];
  /** Periods that drifted, of those that have enough rows. */
  readonly drifted: number;
}

export interface DriftGrid {
  /** One label a period; a single one when the report has no chunks. */
  readonly periods: readonly string[];
  /** For each period whether it has too few rows to be judged. */
  readonly thin: readonly boolean[];
  /** Worst first. */
  readonly rows: readonly DriftRow[];
}

/**
 * How far a verdict is past its threshold, on one scale for all tests: statistic / threshold for distances,
 * log(p) / log(threshold) for p-values. 1 is the threshold itself. Null without an answer; capped at `FULL_STRENGTH`.
 */
export function strengthOf(verdict: Verdict, judgedBy: DriftTestInfo['judgedBy']): number | null {
  const { statistic, pValue, threshold } = verdict;
  if (judgedBy === 'pValue') {
    if (pValue === null) return null;
    if (pValue <= 0) return FULL_STRENGTH;
    if (threshold <= 0 || threshold >= 1) return verdict.isDrifted ? FULL_STRENGTH : 0;
    return Math.min(FULL_STRENGTH, Math.log(pValue) / Math.log(threshold));
  }
  if (statistic === null) return null;
  if (threshold <= 0) return verdict.isDrifted ? FULL_STRENGTH : 0;
  return Math.min(FULL_STRENGTH, Math.abs(statistic) / threshold);
}

/** How each test is judged; a test that is not listed is judged by its p-value when it has one. */
export function judgeOf(tests: readonly DriftTestInfo[]): (verdict: Verdict) => DriftTestInfo['judgedBy'] {
  const known = new Map(tests.map((test) => [test.test, test.judgedBy]));
  return (verdict) => known.get(verdict.test) ?? (verdict.pValue === null ? 'distance' : 'pValue');
}

const total = (row: DriftRow): number =>
  row.cells.reduce((sum, cell) => sum + (cell.isThin ? 0 : (cell.strength ?? 0)), 0);

/** Columns by periods, sorted by what is wrong: most drifted periods first, then by how far past the thresholds, then by name. */
export function driftGrid(report: DriftReport, tests: readonly DriftTestInfo[]): DriftGrid {
  const judge = judgeOf(tests);
  const thin = report.chunks.length === 0 ? [false] : thinPeriods(report.chunks);
  const cellOf = (verdict: Verdict | undefined, period: number): DriftCell => {
    const isThin = thin[period] === true;
    return verdict === undefined
      ? { verdict: null, strength: null, isThin }
      : { verdict, strength: strengthOf(verdict, judge(verdict)), isThin };
  };
  const rowOf = (column: string, verdicts: readonly (Verdict | undefined)[]): DriftRow => {
    const cells = verdicts.map(cellOf);
    return { column, cells, drifted: cells.filter((cell) => !cell.isThin && cell.verdict?.isDrifted === true).length };
  };
  const isWhole = report.chunks.length === 0;
  const names = [
    ...new Set([
      ...report.columns.map((column) => column.column),
      ...report.chunks.flatMap((chunk) => chunk.columns.map((column) => column.column)),
    ]),
  ];
  const chunkColumns = report.chunks.map((chunk) => new Map(chunk.columns.map((column) => [column.column, column])));
  const whole = new Map(report.columns.map((column) => [column.column, column]));
  const rows = names.map((name) =>
    rowOf(name, isWhole ? [whole.get(name)] : chunkColumns.map((columns) => columns.get(name))),
  );
  return {
    periods: isWhole ? [report.current] : report.chunks.map((chunk) => chunk.label),
    thin,
    rows: rows.toSorted((a, b) => b.drifted - a.drifted || total(b) - total(a) || a.column.localeCompare(b.column)),
  };
}
