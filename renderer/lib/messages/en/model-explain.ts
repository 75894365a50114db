import type { Explanation } from '../../../../shared/contract/explanation.ts';
import { METHOD_WORDS, SCALE_WORDS } from '../../../../shared/explanation-words.ts';
import { counted } from '../counted.ts';

/** Texts of what moves a model's answers, and of how the answer of a row comes about. */
export const modelExplainMessages = {
  explainEmptyTitle: 'Not explained yet',
  explainEmptyText: 'See which columns move the answers, and how the answer of each row comes about.',
  explainIntro: (on: string, method: string, at: string) => `${on}; ${method}; ${at}.`,
  explainMethod: (method: Explanation['method']) => METHOD_WORDS[method],
  explainScale: (scale: Explanation['scale']) => SCALE_WORDS[scale],
  explainScaleOf: (scale: Explanation['scale']) => `Mean size of what it gives, in ${SCALE_WORDS[scale]}`,
  explainTitle: (first: string, second: string | null) =>
    second === null ? `Only ${first} moves the answers` : `${first} moves the answers most, ${second} comes next`,
  explainNothing: 'No column moves the answers',
  explainSubtitle: (rows: string) => `Mean size of each column’s values over ${counted(rows, 'row')}.`,
  explainColumn: 'Column',
  explainCell: 'Holds',
  explainValue: 'Gives',
  explainImportance: 'Mean size of its values',
  explainShuffled: (metric: string, rise: string) => `${metric} lost when it is shuffled: ${rise}`,
  explainShuffledWord: (metric: string) => `${metric} lost when shuffled`,
  explainDeviation: 'Deviation between shuffles',
  explainRow: (rows: string) => `Row, of ${rows}`,
  explainClass: 'Class',
  explainBase: 'nothing known',
  explainSum: 'sum',
  explainOthers: (count: string) => counted(count, 'other column'),
  explainMissing: 'missing',
  explainPredicts: (answer: string) => `The prediction is ${answer}`,
  explainGives: (label: string, answer: string) => `The probability of ${label} is ${answer}`,
  explainRaises: (says: string, cell: string) => `${says}; ${cell} raises it most`,
  explainLowers: (says: string, cell: string) => `${says}; ${cell} lowers it most`,
  explainRowSubtitle: (scale: string) =>
    `From what is said where nothing is known to the sum for this row, in ${scale}.`,
  effectColumn: 'As this column moves',
  effectTitle: (answer: string, from: string, to: string, column: string) =>
    `${answer} lies between ${from} and ${to} as ${column} moves`,
  effectNothing: (answer: string, column: string) => `${answer} does not move with ${column}`,
  effectPrediction: 'The mean prediction',
  effectProbability: (label: string) => `The mean probability of ${label}`,
  effectSubtitle: (rows: string) =>
    `Each of ${rows} rows asked again with every value, the rest of the row as it is; four in five rows lie in the band.`,
  effectAverage: 'all rows hold the value',
  effectAccumulated: 'small moves of near rows, added up',
  effectLower: 'A tenth of the rows lie below',
  effectUpper: 'A tenth of the rows lie above',
  explainFormTitle: 'Explain on data',
  explainBackground: 'Unknown columns take rows of',
  explainBackgroundNone: 'what the model knows',
  explainRun: 'Explain',
} as const;
