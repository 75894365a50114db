import { spelledOut } from '../../../shared/metric-names.ts';
import { trainingMessages } from './messages.ts';

/** What the stages of the engine are called here; others are named by the engine. */
export const stageText = (stage: string | undefined): string => {
  if (stage === undefined) return trainingMessages.liveStarting;
  if (stage === 'read') return trainingMessages.stageRead;
  if (stage === 'evaluate') return trainingMessages.stageEvaluate;
  if (stage === 'search') return trainingMessages.stageSearch;
  return spelledOut(stage);
};
