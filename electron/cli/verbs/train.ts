import { z } from 'zod';
import { CalibrationChoice, calibrationText } from '../../../shared/contract/calibration.ts';
import { EnsembleChoice, ensembleText } from '../../../shared/contract/ensembles.ts';
import { ProviderChoice } from '../../../shared/contract/providers.ts';
import { SearchMethod, type SearchRange, type SearchRequest } from '../../../shared/contract/search.ts';
import { CrossValidation, Reproduction, type Split, TrainingResult } from '../../../shared/contract/training.ts';
import { AppError } from '../../../shared/errors.ts';
import { baselineRecord, intervalRecord, metricRecord, metricTable } from '../metrics.ts';
import type { Session } from '../session.ts';
import { shortDuration, shortNumber, table } from '../table.ts';
import { Duration, Names, Params, SearchRanges, Target, TypedInteger } from '../typed.ts';
import { type Answer, defineVerb } from '../verb.ts';
import { detectAnomalies } from './detect-anomalies.ts';

/** `--test`: a fraction of the rows (the last ones when `--time` is given), another dataset, or a column that marks them. */
function splitOf(test: string | undefined, time: string | undefined, testFrom: string | undefined): Split | undefined {
  const fraction = test === undefined ? 0.2 : Number(test);
  if (time !== undefined)
    return {
      kind: 'time',
      column: time,
      test: Number.isFinite(fraction) ? fraction : 0.2,
      testFrom: testFrom ?? null,
      validation: 0.1,
    };
  if (test === undefined) return undefined;
  if (Number.isFinite(fraction)) return { kind: 'fraction', test: fraction, validation: 0.1 };
  return { kind: 'dataset', dataset: test, validation: 0.1 };
}

/** The best runs of several, with how far each is from the chosen one. */
const runs = ({ leaderboard, trials }: TrainingResult): string[] => {
  if (leaderboard.length < 2) return [];
  const distance = (difference: TrainingResult['leaderboard'][number]['difference'], isTied: boolean): string =>
    difference === null
      ? ''
      : `${shortNumber(difference.value)} (${shortNumber(difference.lower)} to ${shortNumber(difference.upper)})${isTied ? ', cannot be told apart' : ''}`;
  return [
    table(
      ['run', 'algorithm', 'rows', leaderboard[0]?.metric ?? '', '95 % interval', 'from the chosen one', 'parameters'],
      leaderboard.map(({ trial, algorithm, value, lower, upper, isChosen, difference, isTied, params }) => [
        `${trial ?? ''}${isChosen ? ' chosen' : ''}`,
        algorithm,
        shortNumber(trials.find((one) => one.trial === trial && !one.isEarlier)?.rows),
        shortNumber(value),
        lower === null || upper === null ? '' : `${shortNumber(lower)} to ${shortNumber(upper)}`,
        distance(difference, isTied),
        Object.entries(params)
          .map(([name, set]) => `${name}=${typeof set === 'number' ? shortNumber(set) : JSON.stringify(set)}`)
          .join(' ') || 'defaults',
      ]),
    ),
  ];
};

const findings = (result: TrainingResult): string[] =>
  result.findings.map(({ message, remedy }) => `  note: ${message} ${remedy}`);

const folds = ({ crossValidated }: TrainingResult): string[] =>
  crossValidated === null
    ? []
    : [
        `${crossValidated.isNested ? 'nested ' : ''}cross-validation, ${crossValidated.folds.length} folds: ${crossValidated.folds.map((value) => shortNumber(value)).join(', ')}`,
        metricTable(crossValidated.metrics, []),
      ];

const describeAgain = (again: Reproduction): string =>
  [
    `${again.model}@${again.version} trained again: ${again.isSame ? 'every metric is the same' : 'the metrics differ'}; the model's bytes are ${again.hash.isEqual ? 'equal' : 'not equal'}`,
    table(
      ['metric', 'original', 'again'],
      again.metrics.map(({ name, original, again: now }) => [name, String(original ?? 'n/a'), String(now ?? 'n/a')]),
    ),
    ...again.differences.map(({ what, original, again: now }) => `  differs: ${what}, ${original} then, ${now} now`),
  ].join('\n');

const describe = (result: TrainingResult): string => {
  const { model } = result;
  const { environment } = model.lineage;
  const left = result.excluded.map(({ column, reason }) => `  left out: ${column} (${reason})`);
  return [
    `${model.name}@${model.version}: ${model.algorithm}, ${model.task}, ${shortNumber(result.trainRows)} training rows, ${shortNumber(result.testRows)} test rows`,
    ...left,
    ...findings(result),
    ...runs(result),
    ...(result.choice === '' ? [] : [result.choice]),
    ...folds(result),
    ...(result.ensemble === null ? [] : [ensembleText(result.ensemble)]),
    ...(result.calibration === null ? [] : [calibrationText(result.calibration)]),
    metricTable(model.metrics, model.baselines),
    `${shortDuration(result.seconds)}, ${shortNumber(Math.round(result.rowsPerSecond))} rows/s on ${environment.engine ?? environment.provider}, stopped: ${result.stoppedBecause}`,
  ].join('\n');
};

interface TypedSearch {
  readonly search?: number | undefined;
  readonly searchMethod?: SearchMethod | undefined;
  readonly range: Readonly<Record<string, SearchRange>>;
  readonly warmStart?: string | undefined;
}

/** Any of the options of a search asks for one. */
function searchOf({ search, searchMethod, range, warmStart }: TypedSearch): SearchRequest | null {
  const isAsked = search !== undefined || searchMethod !== undefined || warmStart !== undefined;
  if (!isAsked && Object.keys(range).length === 0) return null;
  return {
    method: searchMethod ?? 'bayesian',
    trials: search ?? null,
    ranges: { ...range },
    warmStart: warmStart ?? null,
  };
}

interface TypedFolds {
  readonly folds?: number | undefined;
  readonly foldsBy?: CrossValidation['kind'] | undefined;
  readonly repeats?: number | undefined;
  readonly group?: string | undefined;
  readonly foldTime?: string | undefined;
  readonly gap?: number | undefined;
  readonly nested: boolean;
}

/** Any of the options of folds asks for them. */
function foldsOf({ folds, foldsBy, repeats, group, foldTime, gap, nested }: TypedFolds): CrossValidation | null {
  const isAsked = [folds, foldsBy, repeats, group, foldTime].some((option) => option !== undefined) || nested;
  if (!isAsked) return null;
  return CrossValidation.parse({
    kind: foldsBy ?? (foldTime !== undefined ? 'time' : group !== undefined ? 'grouped' : 'stratified'),
    folds,
    repeats,
    column: foldTime ?? group ?? null,
    gap,
    isNested: nested,
  });
}

/** What is left out by hand: with columns that alone are learnt from, all others too. */
async function notInputs(
  {
    dataset,
    columns,
    exclude,
  }: {
    readonly dataset?: string | undefined;
    readonly columns?: readonly string[] | undefined;
    readonly exclude: readonly string[];
  },
  session: Session,
): Promise<string[]> {
  if (columns === undefined || dataset === undefined) return [...exclude];
  const all = (await (await session.client()).datasets.get({ dataset })).columns.map(({ name }) => name);
  // A name that is not there goes along: the engine refuses it in its own words.
  return [...new Set([...exclude, ...all, ...columns])].filter(
    (name) => exclude.includes(name) || columns.includes(name) !== all.includes(name),
  );
}

async function trainAgain(model: string, session: Session): Promise<Answer> {
  const again = Reproduction.parse(await session.job((client) => client.training.reproduce({ model })));
  return { document: again, text: describeAgain(again), isNo: !again.isSame };
}

export const trainVerb = defineVerb({
  name: 'train',
  summary: 'train, evaluate on held-out rows, register',
  positionals: [{ syntax: '[dataset]', description: 'dataset, dataset@version or id; left out with --from-run' }],
  options: [
    {
      flags: '--target <column>',
      description: 'what to predict: a column, "column > number" for a yes/no question, or a,b,c: columns of 0 and 1',
    },
    { flags: '--algorithm <name>', description: 'estimator (default: auto, every one is tried)' },
    { flags: '--exclude <columns>', description: 'columns that are not inputs' },
    { flags: '--columns <columns>', description: 'learn from these columns alone' },
    {
      flags: '--include <columns>',
      description: 'columns to learn from although a look at the data leaves them out, a leak or an id',
    },
    { flags: '--sensitive <columns>', description: 'columns to judge fairness by' },
    { flags: '--weights <column>', description: 'column of row weights' },
    {
      flags: '--test <dataset, fraction or column>',
      description: 'test rows: a dataset, a fraction of the rows (default: 0.2), or a column that says "test"',
    },
    { flags: '--time <column>', description: 'split by time: the last rows are the test rows' },
    { flags: '--test-from <time>', description: 'with --time: the first time of the test rows' },
    {
      flags: '--from <model>',
      description:
        'go on from a registered model (imported or trained here): a new head on its features, on columns (finetune) or images (transfer)',
    },
    {
      flags: '--tune-layers <number>',
      description:
        'with --from, or transfer: then train so many of its last layers on as well (default: 0, the head alone)',
    },
    {
      flags: '--freeze <names>',
      description:
        'with --from, or transfer: weights or nodes that stay as they are, * for any letters; without --tune-layers all others are trained on',
    },
    {
      flags: '--provider <name>',
      description:
        'where networks are trained: auto, cpu, webgpu, cuda, dml or coreml (default: auto, the quickest here)',
    },
    { flags: '--budget <duration>', description: 'stop training after this time, such as 60s' },
    { flags: '--search <trials>', description: 'try this many configurations and keep the best' },
    {
      flags: '--search-method <name>',
      description:
        'bayesian, halving or random (default: bayesian); with --budget alone it searches until that is used up',
    },
    {
      flags: '--range <name=low..high...>',
      description: 'where a parameter is searched: rate=0.001..0.1:log, leaves=4..64 or optimiser=adam,sgd',
    },
    { flags: '--warm-start <job or model>', description: 'the search knows the trials of an earlier one' },
    { flags: '--folds <number>', description: 'judge by cross-validation with this many folds' },
    {
      flags: '--folds-by <kind>',
      description:
        'stratified, kFold, grouped or time (default: stratified; grouped with --group, time with --fold-time)',
    },
    { flags: '--repeats <number>', description: 'repeat the cross-validation with other folds' },
    { flags: '--group <column>', description: 'rows with the same value stay in one fold' },
    { flags: '--fold-time <column>', description: 'each fold is judged by a model of the rows before it' },
    { flags: '--gap <rows>', description: 'with --fold-time: rows left out between training and judged rows' },
    { flags: '--nested', description: 'repeat the whole search inside each fold: an honest figure for the search' },
    {
      flags: '--from-run <model>',
      description: 'train a model again from its manifest and compare; exit code 3 when the metrics differ',
    },
    { flags: '--name <name>', description: 'name of the model (default: from the dataset)' },
    {
      flags: '--calibrate <method>',
      description:
        'correct probabilities on held-out rows: temperature, platt, beta, histogram, isotonic, auto or none (default: auto with --algorithm auto)',
    },
    {
      flags: '--ensemble <kind>',
      description:
        'several models as one: bagging (the mean of the fold models) or stacking (the best of each algorithm, weighed)',
    },
    { flags: '--param <name=value...>', description: 'parameters of the algorithm' },
  ],
  input: z.object({
    dataset: z.string().optional(),
    target: Target.optional(),
    algorithm: z.string().default('auto'),
    exclude: Names.default([]),
    columns: Names.optional(),
    include: Names.default([]),
    sensitive: Names.default([]),
    weights: z.string().optional(),
    test: z.string().optional(),
    time: z.string().optional(),
    testFrom: z.string().optional(),
    from: z.string().optional(),
    tuneLayers: TypedInteger.optional(),
    freeze: z.string().optional(),
    provider: ProviderChoice.default('auto'),
    budget: Duration.optional(),
    name: z.string().min(1).optional(),
    calibrate: CalibrationChoice.optional(),
    ensemble: EnsembleChoice.optional(),
    param: Params.default({}),
    search: TypedInteger.pipe(z.number().min(1)).optional(),
    searchMethod: SearchMethod.optional(),
    range: SearchRanges.default({}),
    warmStart: z.string().optional(),
    folds: TypedInteger.optional(),
    foldsBy: CrossValidation.shape.kind.unwrap().optional(),
    repeats: TypedInteger.optional(),
    group: z.string().optional(),
    foldTime: z.string().optional(),
    gap: TypedInteger.optional(),
    nested: z.boolean().default(false),
    fromRun: z.string().optional(),
  }),
  async run(typed, session) {
    if (typed.fromRun !== undefined) return trainAgain(typed.fromRun, session);
    const { dataset, target, test, time, testFrom, weights, budget, name, from, param, provider } = typed;
    const { algorithm, include, sensitive } = typed;
    const exclude = await notInputs(typed, session);
    const detectors = target === undefined ? await (await session.client()).training.detectors() : [];
    if (dataset !== undefined && detectors.some((one) => one.algorithm === algorithm))
      return detectAnomalies({ dataset, algorithm, exclude, include, test, name, param }, session);
    if (dataset === undefined || target === undefined)
      throw new AppError('INVALID_ARGUMENT', {
        message: `${dataset === undefined ? 'A dataset' : 'A target'} is needed.`,
        remedy:
          'drydock train DATASET --target COLUMN, or --algorithm isolationForest without a target, or drydock train --from-run MODEL.',
      });
    const split = splitOf(test, time, testFrom);
    const result = TrainingResult.parse(
      await session.job((client) =>
        client.training.train({
          dataset,
          target,
          algorithm,
          exclude,
          ...(include.length === 0 ? {} : { include }),
          sensitive,
          provider,
          ...(from === undefined ? {} : { from }),
          weights: weights ?? null,
          budgetSeconds: budget ?? null,
          seed: session.options.seed ?? 0,
          params: {
            ...param,
            ...(typed.tuneLayers === undefined ? {} : { tuneLayers: typed.tuneLayers }),
            ...(typed.freeze === undefined ? {} : { freeze: typed.freeze }),
          },
          search: searchOf(typed),
          crossValidation: foldsOf(typed),
          ...(typed.ensemble === undefined ? {} : { ensemble: typed.ensemble }),
          ...(typed.calibrate === undefined ? {} : { calibration: typed.calibrate }),
          ...(split === undefined ? {} : { split }),
          ...(name === undefined ? {} : { name }),
        }),
      ),
    );
    const { model } = result;
    return {
      document: {
        ...result,
        metrics: metricRecord(model.metrics),
        intervals: intervalRecord(model.metrics),
        baseline: baselineRecord(model.baselines),
      },
      text: describe(result),
    };
  },
});
