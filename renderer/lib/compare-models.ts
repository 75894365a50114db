import type { MetricValue, ModelVersion } from '../../shared/contract/models.ts';

/** One metric of several models side by side. */
export interface ComparedMetric {
  readonly name: string;
  readonly isHigherBetter: boolean;
  /** In the order of the models; undefined where a model does not have it. */
  readonly values: readonly (MetricValue | undefined)[];
  /** Positions of the models that share the best value; empty when none has one. */
  readonly best: readonly number[];
}

/** What is predicted, as a key: two runs compare when theirs are equal. */
export function questionOf(model: Pick<ModelVersion, 'task' | 'target'>): string {
  if (model.target === null) return model.task;
  const over = model.target.over === null ? '' : ` > ${model.target.over}`;
  return `${model.target.column}${over} (${model.task})`;
}

/** Models that answer the same question, newest first, at most `most`. */
export function comparable(
  models: readonly ModelVersion[],
  to: Pick<ModelVersion, 'task' | 'target'>,
  most: number,
): readonly ModelVersion[] {
  return models
    .filter((model) => questionOf(model) === questionOf(to))
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
    .slice(0, most);
}

/** Every metric that at least two models have, in the order of the first model that has it. */
export function compareMetrics(models: readonly Pick<ModelVersion, 'metrics'>[]): readonly ComparedMetric[] {
  const names = [...new Set(models.flatMap((model) => model.metrics.map((metric) => metric.name)))];
  return names.flatMap((name) => {
    const values = models.map((model) => model.metrics.find((metric) => metric.name === name));
    const known = values.filter((value) => value !== undefined);
    if (known.length < 2) return [];
    const isHigherBetter = known[0]?.isHigherBetter ?? true;
    const numbers = values.map((value) => value?.value ?? null);
    const answered = numbers.filter((value) => value !== null);
    const best = isHigherBetter ? Math.max(...answered) : Math.min(...answered);
    return [{ name, isHigherBetter, values, best: numbers.flatMap((value, index) => (value === best ? [index] : [])) }];
  });
}
