import { counted } from '../counted.ts';

/** Every text of the place Monitor. */
export const monitoringMessages = {
  title: 'Monitor',
  intro: 'Compares a dataset with a reference, column by column, and a model’s predictions on both.',
  noDatasetsTitle: 'Nothing to compare yet',
  noDatasetsText: 'A comparison needs two datasets or two versions of one. Drop files anywhere on this window.',
  goToData: 'Go to Data',

  formTitle: 'New comparison',
  reference: 'Reference',
  referenceHint: 'What was normal: training data, an earlier month',
  current: 'Current',
  currentHint: 'What is looked at now',
  model: 'Model (optional)',
  modelHint: 'Compares its predictions too',
  chunk: 'Split current by',
  chunkNone: 'Not at all',
  chunkDay: 'Day',
  chunkWeek: 'Week',
  chunkMonth: 'Month',
  chunkRows: 'Rows',
  chunkSize: 'Rows a part',
  time: 'Time column',
  labels: 'Labels that came late (optional)',
  labelsHint: 'A dataset with the target: adds realised performance',
  labelsKey: 'Key column',
  run: 'Compare',
  gapReference: 'Choose a reference.',
  gapCurrent: 'Choose what to compare with it.',
  gapTime: 'Choose the time column.',
  gapKey: 'Choose the key that joins the labels.',

  reportsTitle: 'Earlier comparisons',
  reportsEmptyTitle: 'No comparison yet',
  reportsEmptyText: 'Choose a reference and a current dataset above.',
  columnComparison: 'Comparison',
  columnVerdict: 'Verdict',
  columnDrifted: 'Columns that drifted',
  columnModel: 'Model',
  columnAt: 'When',
  versus: (current: string, reference: string) => `${current} against ${reference}`,
  ofColumns: (drifted: string, all: string) => `${drifted} of ${all}`,
  verdictDrifted: 'Drifted',
  verdictSteady: 'No drift',
  wholeDrifted: 'Drifted as a whole',
  wholeSteady: 'Holds as a whole',
  wholePredictions: 'Its predictions drifted',
  performanceWorse: (metric: string) => `${metric} is worse than on the held-out rows`,
  verdictThin: 'Too few rows',
  back: 'All comparisons',
  trainAgain: 'Train on newer data',

  headlineDrifted: (drifted: string, all: string) => `${drifted} of ${all} columns drifted`,
  headlineSteady: 'No column drifted',
  headlineWorst: (column: string) => `${column} most`,
  reportFacts: (seconds: string, at: string) => `compared in ${seconds}, ${at}`,
  rows: (reference: string, current: string) => `${counted(current, 'current row')} against ${reference}`,
  reportSource: (versus: string, at: string) => `${versus}, compared ${at}`,
  notes: 'Worth knowing',

  findings: 'Findings',
  mapTitle: (column: string, periods: string) => `${column} is furthest from its reference: drifted in ${periods}`,
  mapTitleSteady: 'Every column stays within its threshold',
  mapSubtitle:
    'Columns by time, worst first; red with a triangle is past the threshold, grey is within. Choose a cell to see why.',
  mapSubtitleWhole:
    'Columns, worst first; red with a triangle is past the threshold, grey is within. Choose a row to see why.',
  thinPeriod: (period: string, rows: string) => `${period} (${counted(rows, 'row')})`,
  thinPeriods: (periods: string, count: number) =>
    `${periods} ${count === 1 ? 'has' : 'have'} too few rows to be judged: striped, and not counted.`,
  thinDetail: (period: string, rows: string) =>
    `${period} has only ${counted(rows, 'row')}, too few beside the other periods: the figures below are mostly chance, so they raise no alarm.`,
  periodsOf: (drifted: string, all: string) => `${drifted} of ${all} periods`,
  whole: 'all rows',
  tableColumn: 'Column',
  tablePeriod: 'Period',
  tableTest: 'Test',
  tableStatistic: 'Statistic',
  tablePValue: 'p-value',
  tableThreshold: 'Threshold',
  tableVerdict: 'Verdict',
  tableValue: 'Value',
  tableReference: 'Reference',
  tableCurrent: 'Current',
  columnPicker: 'Column',
  periodPicker: 'Period',
  allPeriods: 'All of current',

  hoverDistance: (test: string, statistic: string, threshold: string) => `${test} ${statistic}, threshold ${threshold}`,
  hoverPValue: (test: string, pValue: string, threshold: string) => `${test} p = ${pValue}, threshold ${threshold}`,
  noAnswer: 'no answer',

  detailTitle: (column: string) => column,
  detailPeriod: (column: string, period: string) => `${column} in ${period}`,
  testsTitle: 'Every test, on all of current; the first decides',
  decides: 'decides',
  drifted: 'drifted',
  steady: 'no drift',
  tooFewRows: 'too few rows',
  distributionSubtitle: (reference: string, current: string) =>
    `Share of rows on the same bins: ${reference} in grey, ${current} in colour`,
  distributionPeriodSubtitle: (reference: string, period: string) =>
    `Share of rows on the same bins: ${reference} in grey, ${period} in colour`,
  noBins: 'There is no picture of this column: it is empty on one side.',
  noPeriodBins: 'There is no picture of this period alone; this is all of current.',
  missing: (reference: string, current: string) => `Missing: ${reference} in the reference, ${current} in current`,
  beyondDistance: (test: string, statistic: string, threshold: string, period: string) =>
    `${period}: ${test} is ${statistic}, above the threshold of ${threshold}.`,
  withinDistance: (test: string, statistic: string, threshold: string, period: string) =>
    `${period}: ${test} is ${statistic}, within the threshold of ${threshold}.`,
  beyondPValue: (test: string, pValue: string, threshold: string, period: string) =>
    `${period}: ${test} has p = ${pValue}, below the threshold of ${threshold}.`,
  withinPValue: (test: string, pValue: string, threshold: string, period: string) =>
    `${period}: ${test} has p = ${pValue}, not below the threshold of ${threshold}.`,

  predictionOf: (model: string) => `Predictions of ${model}`,

  performanceTitle: (metric: string, first: string, firstPeriod: string, last: string, lastPeriod: string) =>
    `${metric} went from ${first} in ${firstPeriod} to ${last} in ${lastPeriod}`,
  heldOutLabel: 'held-out rows',
  performanceTitleUnknown: (metric: string) => `${metric} over time`,
  performanceEstimated: (value: string) => `without answers ${value} was expected`,
  estimatedTitle: (metric: string, first: string, firstPeriod: string, last: string, lastPeriod: string) =>
    `${metric} is expected to go from ${first} in ${firstPeriod} to ${last} in ${lastPeriod}`,
  performanceSubtitle:
    'Realised performance a period, with its 95 % interval as a band; hollow dots have too few rows.',
  noAnswersSubtitle: 'No answers are there yet: name the labels that came late to see what came true.',
  estimatedSubtitle:
    'Diamonds are what was to be expected of the probabilities alone (CBPE, with its band): it knows nothing of a change in what is true.',
  estimatedWhole: (metric: string, value: string, lower: string, upper: string, reference: string) =>
    `Without answers, ${metric} is expected at ${value} (95 % interval ${lower} – ${upper}); it was ${reference} on the reference.`,
  tableEstimated: 'Estimated',
  tableEstimatedLower: 'Estimated, lower',
  tableEstimatedUpper: 'Estimated, upper',
  tableLower: 'Lower',
  tableUpper: 'Upper',
  tableRows: 'Rows',
} as const;
