import type { Services } from '../services/services.ts';
import { os } from './implementer.ts';

export const evaluationApi = ({ evaluation }: Pick<Services, 'evaluation'>) => ({
  evaluate: os.evaluation.evaluate.handler(({ input }) => evaluation.evaluate(input)),
  reports: os.evaluation.reports.handler(({ input }) => evaluation.reports(input.model)),
  images: os.evaluation.images.handler(({ input }) => evaluation.images(input)),
  rows: os.evaluation.rows.handler(({ input }) => evaluation.rows(input)),
  predict: os.evaluation.predict.handler(({ input }) => evaluation.predict(input)),
  outOfFold: os.evaluation.outOfFold.handler(({ input }) => evaluation.outOfFold(input)),
});
