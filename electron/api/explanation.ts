import type { Services } from '../services/services.ts';
import { os } from './implementer.ts';

export const explanationApi = ({ explanation }: Pick<Services, 'explanation'>) => ({
  explain: os.explanation.explain.handler(({ input }) => explanation.explain(input)),
});

export const stressApi = ({ explanation }: Pick<Services, 'explanation'>) => ({
  run: os.stress.run.handler(({ input }) => explanation.stress(input)),
});
