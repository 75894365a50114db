import type { Services } from '../services/services.ts';
import { os } from './implementer.ts';

export const trainingApi = ({
  training,
  reproduction,
  detection,
}: Pick<Services, 'training' | 'reproduction' | 'detection'>) => ({
  estimators: os.training.estimators.handler(() => training.estimators()),
  advise: os.training.advise.handler(({ input }) => training.advise(input.dataset, input.target, input.task)),
  detectors: os.training.detectors.handler(() => detection.detectors()),
  adviseDetection: os.training.adviseDetection.handler(({ input }) => detection.advise(input.dataset)),
  startingPoint: os.training.startingPoint.handler(({ input }) => training.startingPoint(input.model, input.dataset)),
  detect: os.training.detect.handler(({ input }) => detection.detect(input)),
  reproduce: os.training.reproduce.handler(({ input }) => reproduction.reproduce(input.model)),
  train: os.training.train.handler(({ input }) => training.train(input)),
});
