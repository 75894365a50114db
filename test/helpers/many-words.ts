import type { LabelledRows, TrainingData } from '../../electron/compute/train/estimator.ts';

const WORDS = Array.from({ length: 250 }, (_, i) => `w${i}`);

/** Names of columns of words, each with the step by which its words follow one another. */
type Steps = Readonly<Record<string, number>>;

/** Rows with columns of 250 words beside their own: so many that the exact linear solver steps back. */
export const withManyWords = (rows: LabelledRows, steps: Steps): LabelledRows => ({
  ...rows,
  features: {
    ...rows.features,
    columns: new Map([
      ...rows.features.columns,
      ...Object.entries(steps).map(([name, step]) => {
        const codes = Int32Array.from(rows.targets, (_, row) => (row * step) % WORDS.length);
        return [name, { kind: 'text' as const, codes, dictionary: WORDS }] as const;
      }),
    ]),
  },
});

/** The same of all rows of a training. */
export const manyWordsData = (data: TrainingData, steps: Steps): TrainingData => ({
  ...data,
  columns: [...data.columns, ...Object.keys(steps).map((name) => ({ name, type: 'text' as const }))],
  train: withManyWords(data.train, steps),
  validation: withManyWords(data.validation, steps),
});
