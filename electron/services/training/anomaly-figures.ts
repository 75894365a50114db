import type { AnomalySummary } from '../../../shared/contract/models.ts';

/** A summary as named figures, to be compared with another. */
export const anomalyFigures = ({ threshold, contamination, anomalies, quantiles }: AnomalySummary) =>
  Object.entries({ threshold, contamination, anomalies, ...quantiles }).map(([name, value]) => ({ name, value }));
