import type { TrainingRequest, TrainingResult } from '../../../shared/contract/training.ts';
import { metricsOf } from '../../compute/evaluation/metrics.ts';
import type { Scores } from '../../compute/onnx/scorer.ts';
import { chooseBest, readAnswers } from './choose-trial.ts';
import type { TrialPlan } from './plan-trials.ts';
import { type EndedTrial, type RunTrialsOptions, runTrials } from './run-trials.ts';
import type { TrainingRows } from './training-rows.ts';
import type { JudgedAnswers, TrialOutcome } from './trial.ts';

export interface CrossValidated {
  readonly figures: NonNullable<TrainingResult['crossValidated']>;
  readonly answers: JudgedAnswers;
}

/** What the folds say of the choice: every metric on rows that no model had learnt from. Null without folds. */
export async function foldFigures(rows: TrainingRows, chosen: EndedTrial): Promise<CrossValidated | null> {
  const answers = await readAnswers(chosen);
  const { folds } = chosen.outcome;
  if (folds === null || answers === null) return null;
  return { answers, figures: { metrics: figuresOf(rows, answers), isNested: false, folds: [...folds] } };
}

/**
 * The whole choice once more in each outer fold, and what it chose judged on the fold's own rows: the figure is of the way of
 * choosing, which never saw the rows it is judged by.
 */
export async function nestedFigures(
  rows: TrainingRows,
  request: TrainingRequest,
  { plan, options }: { readonly plan: TrialPlan; readonly options: RunTrialsOptions },
): Promise<CrossValidated | null> {
  const asked = request.crossValidation;
  if (!asked?.isNested) return null;
  const outcomes: TrialOutcome[] = [];
  for (let outer = 0; outer < asked.folds; outer++) {
    const left = options.endsAt - performance.now();
    const endsAt = performance.now() + left / (asked.folds - outer);
    const stage = `outer fold ${outer + 1} of ${asked.folds}`;
    const { tried: _, ...quiet } = options;
    const inner = await runTrials(plan.source(outer), { ...quiet, stage, endsAt });
    const { item } = chooseBest(inner);
    const judged = { ...item, share: 1, rung: 0, judges: 'outer' as const };
    const one = { atOnce: 1, total: 1, ask: once(judged), tell: () => undefined };
    const [ended] = await runTrials(one, { ...quiet, stage, endsAt: Number.POSITIVE_INFINITY });
    if (ended) outcomes.push(ended.outcome);
  }
  const parts: JudgedAnswers[] = [];
  for (const outcome of outcomes) {
    const answers = outcome.answersPath === null ? null : await readAnswers({ outcome });
    if (answers) parts.push(answers);
  }
  const [first] = parts;
  if (!first) return null;
  const answers = inRowOrder(parts, first.width);
  const folds = outcomes.flatMap(({ value }) => (value === null ? [] : [value]));
  return { answers, figures: { metrics: figuresOf(rows, answers), isNested: true, folds } };
}

function once<T>(value: T): () => T | null {
  let isGiven = false;
  return () => {
    if (isGiven) return null;
    isGiven = true;
    return value;
  };
}

/** Outer folds share no row. */
function inRowOrder(parts: readonly JudgedAnswers[], width: number): JudgedAnswers {
  const all = parts.flatMap(({ rows, answers }) =>
    [...rows].map((row, place) => ({ row, said: answers.subarray(place * width, (place + 1) * width) })),
  );
  all.sort((a, b) => a.row - b.row);
  const answers = new Float64Array(all.length * width);
  for (const [place, { said }] of all.entries()) answers.set(said, place * width);
  return { rows: Uint32Array.from(all, ({ row }) => row), answers, width };
}

function figuresOf(rows: TrainingRows, { rows: judged, answers, width }: JudgedAnswers) {
  const { task, classes } = rows.target;
  const { targets, weights } = rows.labelled(judged);
  const scores: Scores =
    task === 'regression'
      ? { kind: 'numbers', predictions: Float32Array.from(answers) }
      : {
          kind: 'classes',
          classes: classes?.length ?? 2,
          labels: [],
          probabilities:
            width === 1
              ? Float32Array.from({ length: answers.length * 2 }, (_, at) => {
                  const p = answers[at >> 1] ?? 0;
                  return at % 2 === 1 ? p : 1 - p;
                })
              : Float32Array.from(answers),
        };
  return metricsOf({ task, classes, targets, scores, weights }, 0.5, { bootstrap: true });
}
