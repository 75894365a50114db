import { DetectionResult } from '../../../shared/contract/training.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Session } from '../session.ts';
import { shortDuration, shortNumber } from '../table.ts';

interface DetectionTyped {
  readonly dataset: string;
  readonly algorithm: string;
  readonly exclude: string[];
  readonly include: string[];
  readonly test: string | undefined;
  readonly name: string | undefined;
  readonly param: Record<string, unknown>;
}

/** `drydock train DATASET --algorithm isolationForest`: what an algorithm learns from rows alone. */
export async function detectAnomalies(typed: DetectionTyped, session: Session) {
  const { dataset, algorithm, exclude, include, test, name, param } = typed;
  const share = test === undefined ? 0.2 : Number(test);
  if (Number.isFinite(share) && !(share > 0 && share < 0.9))
    throw new AppError('INVALID_ARGUMENT', {
      message: `--test ${test}: the test rows are a share of the rows, or another dataset.`,
      remedy: 'Give a number over 0 and under 0.9, such as 0.2, or the name of a dataset.',
    });
  const result = DetectionResult.parse(
    await session.job((client) =>
      client.training.detect({
        dataset,
        algorithm,
        exclude,
        include,
        ...(Number.isFinite(share) ? { test: share } : { testDataset: test }),
        seed: session.options.seed ?? 0,
        params: param,
        ...(name === undefined ? {} : { name }),
      }),
    ),
  );
  return { document: { ...result, anomaly: result.model.anomaly }, text: describe(result) };
}

function describe({ model, trainRows, testRows, excluded, seconds }: DetectionResult): string {
  const { anomaly } = model;
  return [
    `${model.name}@${model.version}: ${model.algorithm}, ${model.task}, ${shortNumber(trainRows)} training rows, ${shortNumber(testRows)} test rows`,
    ...excluded.map(({ column, reason }) => `  left out: ${column} (${reason})`),
    ...(anomaly
      ? [
          `${shortNumber(anomaly.anomalies)} of ${shortNumber(anomaly.heldOutRows)} test rows score above ${shortNumber(anomaly.threshold)}; median ${shortNumber(anomaly.quantiles.p50)}, highest ${shortNumber(anomaly.quantiles.most)}`,
        ]
      : []),
    shortDuration(seconds),
  ].join('\n');
}
