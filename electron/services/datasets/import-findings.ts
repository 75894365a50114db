import type { ColumnProfile, ImportWarning } from '../../../shared/contract/datasets.ts';
import type { DuckDb } from '../../compute/frame/duckdb.ts';
import { quoteIdentifier } from '../../compute/frame/sql-text.ts';
import type { SurveyedText, TextSurvey } from './importers/csv/text-survey.ts';

/** Numbers that people write for "no answer". */
const SENTINELS: readonly number[] = [-99, -999, -9999, -99999, -999999, 999, 9999, 99999, 999999];
/** A suspected sentinel lies at least so many times further out than every other value. */
const FAR = 5;

/** What the bytes of a text file hold that no row shows. `isOneColumn` when a line without anything is a missing value. */
export async function surveyFindings(
  survey: TextSurvey,
  text: SurveyedText,
  isOneColumn: boolean,
): Promise<ImportWarning[]> {
  const blank = isOneColumn ? 0 : await survey.blankLines(text);
  const zeros = survey.zeroBytes;
  return [
    ...(blank === 0
      ? []
      : [{ code: 'blankLines', message: `${blank} blank ${blank === 1 ? 'line was' : 'lines were'} skipped.` }]),
    ...(zeros === 0
      ? []
      : [
          {
            code: 'zeroBytes',
            message: `The file holds ${zeros} zero ${zeros === 1 ? 'byte' : 'bytes'}, kept as part of the text.`,
          },
        ]),
  ];
}

/** Numbers in a stored table that may not be what they seem: infinite ones, and ones that may stand for "no answer". */
export async function numberFindings(
  database: DuckDb,
  stored: string,
  profile: readonly ColumnProfile[],
): Promise<ImportWarning[]> {
  const isOdd = (value: ColumnProfile['min']): boolean =>
    typeof value === 'string' || (typeof value === 'number' && SENTINELS.includes(value));
  const suspects = profile.filter(
    ({ type, min, max }) => (type === 'number' || type === 'integer') && (isOdd(min) || isOdd(max)),
  );
  const warnings: ImportWarning[] = [];
  for (const { name } of suspects) {
    const value = `${quoteIdentifier(name)}::DOUBLE`;
    const sentinel = `${value} IN (${SENTINELS.join(', ')})`;
    const [row = []] = await database.rows(
      `SELECT count(*) FILTER (isinf(${value})), min(${value}) FILTER (NOT isinf(${value}) AND NOT isnan(${value}) AND NOT (${sentinel})), max(${value}) FILTER (NOT isinf(${value}) AND NOT isnan(${value}) AND NOT (${sentinel})), ${SENTINELS.map((number) => `count(*) FILTER (${value} = ${number})`).join(', ')} FROM ${stored}`,
    );
    const [infinite = 0, least = 0, most = 0, ...counts] = row.map(Number);
    if (infinite > 0)
      warnings.push({
        code: 'infiniteValues',
        message: `${name} holds ${infinite} infinite ${infinite === 1 ? 'value' : 'values'}; ${infinite === 1 ? 'it is' : 'they are'} kept.`,
        column: name,
      });
    for (const [index, number] of SENTINELS.entries()) {
      const count = counts[index] ?? 0;
      const isFar = number < 0 ? least >= 0 || number < FAR * least : most >= 0 && number > FAR * most;
      if (count > 0 && isFar)
        warnings.push({
          code: 'suspectedSentinel',
          message: `${name} is ${number} in ${count} ${count === 1 ? 'row' : 'rows'}, far from all else: it may stand for a missing value. It is kept as a number.`,
          column: name,
        });
    }
  }
  return warnings;
}
