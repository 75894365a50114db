import type { CrossValidation, TrainingRequest } from '../../../shared/contract/training.ts';
import type { TrainingRows } from './training-rows.ts';

const STRATIFIED: Omit<CrossValidation, 'folds'> = {
  kind: 'stratified',
  repeats: 1,
  column: null,
  gap: 0,
  isNested: false,
};

/** The last round of a choice: each that may have won is judged on every row that is no test row. */
export const LAST_ROUND: CrossValidation = { ...STRATIFIED, folds: 3 };

/** Fewer rows than this are judged by folds from the start: a tenth of them would tell little. */
const FEW_ROWS = 2000;
const FOLDS_OF_FEW = 5;
/** Numbers a second of budget that are learnt by folds from the start; of more, too little would be tried. */
const NUMBERS_A_SECOND = 1000;

/**
 * Whether an algorithm may be chosen by folds of rows that are drawn evenly: it is chosen within a time, nobody said how to
 * judge, the rows have no order in time or marks of their own, and no image is decoded for it.
 */
export function mayFold(
  { algorithm, budgetSeconds, crossValidation, search }: TrainingRequest,
  { takes, isEvenlyDrawn }: TrainingRows,
): boolean {
  if (algorithm !== 'auto' || budgetSeconds === null || crossValidation !== null || search !== null) return false;
  return takes === 'columns' && isEvenlyDrawn;
}

/** The same request, with folds where there are few rows to choose by. */
export function withFoldsOfFew(request: TrainingRequest, rows: TrainingRows): TrainingRequest {
  const { classes } = rows.target;
  const count = rows.allRows.length;
  const numbers = count * rows.numbersARow * (classes !== null && classes.length > 2 ? classes.length : 1);
  const isFew = count < FEW_ROWS && numbers <= NUMBERS_A_SECOND * (request.budgetSeconds ?? 0);
  return isFew && isInTwoFolds(rows) && mayFold(request, rows)
    ? { ...request, crossValidation: { ...STRATIFIED, folds: FOLDS_OF_FEW } }
    : request;
}

/** Whether the rarer of two classes has rows for more than one fold: beside the only one that has them nothing is learnt. */
function isInTwoFolds({ allRows, target: { task, values } }: TrainingRows): boolean {
  if (task !== 'binary') return true;
  const ones = allRows.filter((row) => values[row] === 1).length;
  return Math.min(ones, allRows.length - ones) > 1;
}
