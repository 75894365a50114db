/** What each column gives each answer of each row: `base` plus the values of all columns is what is explained. */
export interface Attribution {
  readonly columns: readonly string[];
  /** Answers that are explained: one, or one a class. */
  readonly outputs: number;
  /** The answer where nothing of a row is known, one an output. */
  readonly base: Float64Array;
  /** [rows * outputs * columns], output after output for each row. */
  readonly values: Float64Array;
}

/** Mean size of each column's values, over rows and outputs, the largest first. */
export function columnImportance({ columns, values }: Attribution): { column: string; importance: number }[] {
  const sums = new Float64Array(columns.length);
  for (let at = 0; at < values.length; at++) {
    const column = at % columns.length;
    sums[column] = (sums[column] ?? 0) + Math.abs(values[at] ?? 0);
  }
  const counted = Math.max(1, values.length / Math.max(1, columns.length));
  return columns
    .map((column, index) => ({ column, importance: (sums[index] ?? 0) / counted }))
    .sort((a, b) => b.importance - a.importance);
}

/** What the attribution says each answer is: base plus values, [rows * outputs]. */
export function explainedAnswers({ columns, outputs, base, values }: Attribution): Float64Array {
  const width = columns.length;
  const answers = new Float64Array(width === 0 ? 0 : values.length / width);
  for (let at = 0; at < answers.length; at++) {
    let sum = base[at % outputs] ?? 0;
    for (let column = 0; column < width; column++) sum += values[at * width + column] ?? 0;
    answers[at] = sum;
  }
  return answers;
}
