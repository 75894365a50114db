const BOUNDS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30];

/** Counts of a server, as Prometheus text. */
export class RequestMetrics {
  readonly #byStatus = new Map<number, number>();
  readonly #buckets = new Array<number>(BOUNDS_S.length).fill(0);
  #seconds = 0;
  #answers = 0;
  /** Requests for answers of the model, whatever came of them. */
  requests = 0;
  /** Cells of requests that failed a rule of the schema. */
  ruleFailures = 0;

  /** Counts one answered request of the model and how long it took. */
  answered(status: number, seconds: number): void {
    this.requests += 1;
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
    this.#answers += 1;
    this.#seconds += seconds;
    const index = BOUNDS_S.findIndex((bound) => seconds <= bound);
    if (index >= 0) this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
  }

  /** Prometheus text format 0.0.4. */
  text(now: { readonly waiting: number; readonly runs: number; readonly rows: number }): string {
    let below = 0;
    const buckets = BOUNDS_S.map((bound, i) => {
      below += this.#buckets[i] ?? 0;
      return `model_request_duration_seconds_bucket{le="${bound}"} ${below}`;
    });
    return [
      '# HELP model_requests_total Requests for predictions by status.',
      '# TYPE model_requests_total counter',
      ...[...this.#byStatus].map(([status, count]) => `model_requests_total{status="${status}"} ${count}`),
      '# HELP model_request_duration_seconds Time from the whole request to its answer.',
      '# TYPE model_request_duration_seconds histogram',
      ...buckets,
      `model_request_duration_seconds_bucket{le="+Inf"} ${this.#answers}`,
      `model_request_duration_seconds_sum ${this.#seconds}`,
      `model_request_duration_seconds_count ${this.#answers}`,
      '# HELP model_runs_total Batches computed.',
      '# TYPE model_runs_total counter',
      `model_runs_total ${now.runs}`,
      '# HELP model_rows_total Rows computed.',
      '# TYPE model_rows_total counter',
      `model_rows_total ${now.rows}`,
      '# HELP model_rule_failures_total Cells of requests that failed a rule of the schema.',
      '# TYPE model_rule_failures_total counter',
      `model_rule_failures_total ${this.ruleFailures}`,
      '# HELP model_requests_waiting Requests that wait for the model.',
      '# TYPE model_requests_waiting gauge',
      `model_requests_waiting ${now.waiting}`,
      '',
    ].join('\n');
  }
}
