import type { Column } from '../../../shared/contract/datasets.ts';
import type { MetricValue, TargetSpec } from '../../../shared/contract/models.ts';
import type { ColumnAdvice, TrainingFinding, TrainingRequest } from '../../../shared/contract/training.ts';
import { countText } from '../../../shared/count-text.ts';
import { targetColumns } from '../../../shared/target-columns.ts';
import { type Frame, type FrameColumn, frameColumn } from '../../compute/frame/frame.ts';
import { minorityRows, repeatedHashes, rowHashes, sharedHashes } from './row-hashes.ts';
import { tellingValues } from './telling-values.ts';
import type { TrainingRows } from './training-rows.ts';

/** Test rows that were learnt too, as a share, from which on it is said. */
const FEW_DUPLICATES = 0.001;
/** A group's rows on both sides matter from this share of the test rows on. */
const MANY_GROUPED = 0.2;
/** Distance of the last fifth in time from the rows before it that is called a change, and how many columns are named. */
const [CHANGED, NAMED] = [0.1, 3];
/** What chance makes of a distance is taken off this many times. */
const CHANCES = 1.5;
const LATE_SHARE = 0.2;
const FEWEST_TIMED = 200;
const BINS = 10;
/** Figures that hardly any honest question allows. */
const TOO_GOOD: Readonly<Record<string, number>> = { rocAuc: 0.999, accuracy: 0.999, r2: 0.999 };

/**
 * Rows that are equal in every input by chance, as people of the same age and job are, mostly have different answers at times; of
 * so many with equal answers one at least has another. What is beyond are copies.
 */
const AGREEING_BY_CHANCE = 19;

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.01 ? 2 : 0)} %`;

/** What is odd about rows before they are divided: those that occur twice, and time in which a random split would travel. */
export function findingsBefore(
  frame: Frame,
  {
    columns,
    target,
    advice,
    split,
  }: {
    readonly columns: readonly Column[];
    readonly target: TargetSpec;
    readonly advice: readonly ColumnAdvice[];
    /** Undefined before one is chosen. */
    readonly split?: TrainingRequest['split'] | undefined;
  },
): TrainingFinding[] {
  const findings: TrainingFinding[] = [];
  const inputs = inputNames(advice);
  const all = [...inputs, ...targetColumns(target)];
  const isLooked = split === undefined && inputs.length > 0;
  const hashes = isLooked ? rowHashes(frame, all) : new Float64Array();
  const repeated = repeatedHashes(hashes);
  if (areCopies(hashes, () => rowHashes(frame, inputs))) {
    findings.push({
      warning: 'duplicates',
      message: `${countText(repeated)} rows are equal to another in every input and in ${target.column}: a random split puts some on both sides.`,
      remedy: 'Remove them, or keep rows of one group together.',
      rows: repeated,
      columns: [],
    });
  }
  if (split === undefined || split.kind === 'fraction') findings.push(...timeTravel(frame, columns, all));
  return findings;
}

/** Columns that are learnt from. */
export const inputNames = (advice: readonly ColumnAdvice[]): string[] =>
  advice.flatMap(({ column, isExcluded }) => (isExcluded ? [] : [column]));

/** Whether rows equal in inputs and answer are more than chance makes of those equal in inputs, and enough to matter. */
function areCopies(rows: Float64Array, inputs: () => Float64Array): boolean {
  const equal = repeatedHashes(rows);
  if (equal === 0 || equal / rows.length < FEW_DUPLICATES) return false;
  return (equal - AGREEING_BY_CHANCE * minorityRows(inputs(), rows)) / rows.length >= FEW_DUPLICATES;
}

function joined(first: Float64Array, second: Float64Array): Float64Array {
  const all = new Float64Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** What is odd about a split: rows and groups on both sides, time that runs backwards. */
export function findingsOfSplit(
  rows: TrainingRows,
  columns: readonly Column[],
  request: TrainingRequest,
): TrainingFinding[] {
  const { frame, advice, features, parts, test } = rows;
  const { target } = request;
  const findings = findingsBefore(frame, { columns, target, advice, split: request.split });
  const inputs = features.map(({ name }) => name);
  // Equal pictures are found by their bytes.
  const hashesOf = (of: readonly string[]) => {
    const all = rowHashes(frame, of);
    const taken = (part: Uint32Array): Float64Array => Float64Array.from(part, (row) => all[row] ?? 0);
    const judged = request.split.kind === 'dataset' ? rowHashes(test.frame, of) : taken(parts.test);
    return { judged, learnt: taken(rows.allRows) };
  };
  const { judged, learnt } = hashesOf([...inputs, ...targetColumns(target)]);
  const both = sharedHashes(judged, learnt);
  const inputsOf = (): Float64Array => {
    const of = hashesOf(inputs);
    return joined(of.judged, of.learnt);
  };
  if (both / judged.length >= FEW_DUPLICATES && areCopies(joined(judged, learnt), inputsOf)) {
    findings.unshift({
      warning: 'duplicates',
      message: `${countText(both)} of ${countText(judged.length)} test rows (${percent(both / judged.length)}) are equal to a training row in every input and in ${target.column}: figures on them praise what was learnt by heart.`,
      remedy: 'Remove duplicates before training, or divide rows by a column that keeps them together.',
      rows: both,
      columns: [],
    });
  }
  if (request.split.kind === 'fraction') findings.push(...groupsOnBothSides(rows, columns));
  findings.push(...includedLeaks(advice, request));
  if (!frame.images) findings.push(...tellingValues(frame, rows.target, { names: inputs, target: target.column }));
  return findings;
}

/** A figure that is too good to be true, with the column that alone says most. */
export function tooGood(metrics: readonly MetricValue[], advice: readonly ColumnAdvice[]): TrainingFinding[] {
  const found = metrics.find(
    ({ name, value }) => value !== null && value >= (TOO_GOOD[name] ?? Number.POSITIVE_INFINITY),
  );
  if (!found || found.value === null) return [];
  const [strongest] = advice
    .filter(({ isExcluded, strength }) => !isExcluded && strength !== null)
    .sort((a, b) => (b.strength ?? 0) - (a.strength ?? 0));
  return [
    {
      warning: 'tooGood',
      message: `${found.name} is ${Number(found.value.toFixed(5))} on rows that were held out: too good to be true for most questions.${strongest ? ` "${strongest.column}" alone says most (${Number(strongest.strength?.toFixed(3))}).` : ''}`,
      remedy: 'Ask of each input whether it is known before the answer is; leave out what is not.',
      rows: null,
      columns: strongest ? [strongest.column] : [],
    },
  ];
}

/** Columns that were taken in by hand although they know the answer. */
function includedLeaks(advice: readonly ColumnAdvice[], { include = [] }: TrainingRequest): TrainingFinding[] {
  return advice
    .filter(
      ({ column, warning }) => include.includes(column) && (warning === 'leakage' || warning === 'missingWithTarget'),
    )
    .map(({ column, reason }) => ({
      warning: 'leakage' as const,
      message: `"${column}" was taken in by hand. ${reason ?? ''}`.trim(),
      remedy: 'Make sure that it is known before the answer is.',
      rows: null,
      columns: [column],
    }));
}

/** A column that names things of which each has several rows, some learnt and some judged. */
function groupsOnBothSides({ frame, parts, allRows }: TrainingRows, columns: readonly Column[]): TrainingFinding[] {
  return columns
    .filter(({ role }) => role === 'id')
    .flatMap(({ name }) => {
      const keys = keysOf(frameColumn(frame, name));
      const learnt = new Set(Array.from(allRows, (row) => keys[row]));
      const both = parts.test.filter((row) => (keys[row] ?? -1) >= 0 && learnt.has(keys[row])).length;
      if (both / Math.max(1, parts.test.length) < MANY_GROUPED) return [];
      return [
        {
          warning: 'groupsAcrossSplit' as const,
          message: `${percent(both / parts.test.length)} of the test rows are of a ${name} that was learnt from too: what is known of it is judged again.`,
          remedy: `Keep the rows of one ${name} together: grouped folds, or a column that names the parts.`,
          rows: both,
          columns: [name],
        },
      ];
    });
}

/** Times in a column while the rows are drawn at random and the last ones differ from those before. */
function timeTravel(frame: Frame, columns: readonly Column[], names: readonly string[]): TrainingFinding[] {
  const timed = columns.find(({ role, type }) => role === 'time' || type === 'date' || type === 'timestamp');
  const times = timed ? frameColumn(frame, timed.name) : null;
  if (!timed || times?.kind !== 'number') return [];
  const dated = [...times.values.keys()].filter((row) => !Number.isNaN(times.values[row] ?? Number.NaN));
  if (dated.length < FEWEST_TIMED) return [];
  const sorted = Float64Array.from(dated, (row) => times.values[row] ?? 0).sort();
  const from = sorted[Math.floor(sorted.length * (1 - LATE_SHARE))] ?? Number.NaN;
  const early = dated.filter((row) => (times.values[row] ?? 0) < from);
  const late = dated.filter((row) => (times.values[row] ?? 0) >= from);
  // Too little of a before or an after to tell one from the other.
  if (Math.min(early.length, late.length) < FEWEST_TIMED * LATE_SHARE) return [];
  const changed = names
    .filter((name) => name !== timed.name && frame.columns.has(name))
    .map((name) => ({ name, distance: distanceOf(frameColumn(frame, name), early, late) }))
    .filter(({ distance }) => distance >= CHANGED)
    .sort((a, b) => b.distance - a.distance);
  if (changed.length === 0) return [];
  const worst = changed.slice(0, NAMED).map(({ name }) => name);
  return [
    {
      warning: 'timeTravel',
      message: `Rows are drawn at random, but they have a time (${timed.name}) and change with it, most in ${worst.join(', ')}: rows of the past are judged by what was learnt of the future.`,
      remedy: `Split by time (--time ${timed.name}): the last rows are the test rows then.`,
      rows: null,
      columns: [timed.name, ...worst],
    },
  ];
}

/**
 * Total variation distance of two sets of rows over ten equally filled bins of the first, or over words, less what chance alone
 * makes of it: half of the sum of the mean absolute deviations of the differences of shares.
 */
function distanceOf(column: FrameColumn, early: readonly number[], late: readonly number[]): number {
  const bounds = column.kind === 'number' ? boundsOf(column.values, early) : [];
  const binOf = (row: number): number => {
    if (column.kind === 'text') return column.codes[row] ?? -1;
    const value = column.values[row] ?? Number.NaN;
    if (Number.isNaN(value)) return -1;
    return bounds.reduce((bin, bound) => bin + Number(value > bound), 0);
  };
  const counts = new Map<number, { early: number; late: number }>();
  const count = (row: number, part: 'early' | 'late'): void => {
    const bin = binOf(row);
    const cell = counts.get(bin) ?? { early: 0, late: 0 };
    cell[part] += 1;
    counts.set(bin, cell);
  };
  for (const row of early) count(row, 'early');
  for (const row of late) count(row, 'late');
  let [distance, chance] = [0, 0];
  for (const cell of counts.values()) {
    const share = (cell.early + cell.late) / (early.length + late.length);
    distance += Math.abs(cell.early / early.length - cell.late / late.length) / 2;
    chance += Math.sqrt((2 / Math.PI) * share * (1 - share) * (1 / early.length + 1 / late.length)) / 2;
  }
  return distance - CHANCES * chance;
}

function boundsOf(values: Float64Array, rows: readonly number[]): number[] {
  const sorted = Float64Array.from(rows, (row) => values[row] ?? Number.NaN)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const bounds = Array.from({ length: BINS - 1 }, (_, k) => sorted[Math.floor((sorted.length * (k + 1)) / BINS)] ?? 0);
  return [...new Set(bounds)];
}

function keysOf(column: FrameColumn): ArrayLike<number> {
  return column.kind === 'text' ? column.codes : column.values;
}
