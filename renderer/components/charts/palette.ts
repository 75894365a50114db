/** The colours a chart may use; all come from the theme in force. */
export interface ChartPalette {
  /** The reference, the baseline, the past: grey. */
  readonly reference: string;
  /** What is looked at now: the accent. */
  readonly current: string;
  /** What is wrong; used for nothing else. */
  readonly alarm: string;
  readonly text: string;
  readonly dimmed: string;
  readonly grid: string;
  readonly surface: string;
  /** Safe for colour-blind people, in order. */
  readonly series: readonly string[];
}
