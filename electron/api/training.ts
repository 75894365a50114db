import type { Services } from '../services/services.ts';
import { os } from './implementer.ts';

export const trainingApi = ({ training }: Pick<Services, 'training'>) => ({
  estimators: os.training.estimators.handler(() => training.estimators()),
  advise: os.training.advise.handler(({ input }) => training.advise(input.dataset, input.target, input.task)),
  reproduce: os.training.reproduce.handler(({ input }) => training.reproduce(input.model)),
  train: os.training.train.handler(({ input }) => training.train(input)),
});
