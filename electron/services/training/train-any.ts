import type { Task } from '../../jobs/task.ts';
import type { TrainTaskParams, TrainTaskResult } from './train-task.ts';

/** Trains on the images of a dataset that has them, a registered model on where one is named, else on columns anew; loads only what the data needs. */
export const trainAny: Task<TrainTaskParams, TrainTaskResult> = async (params, context) => {
  if (params.columns.some(({ type }) => type === 'image'))
    return (await import('./train-images.ts')).trainImages(params, context);
  if (params.request.from !== undefined) return (await import('./train-from-model.ts')).trainFromModel(params, context);
  return (await import('./train-task.ts')).trainTask(params, context);
};
