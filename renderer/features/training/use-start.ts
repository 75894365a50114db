import { skipToken, useQuery } from '@tanstack/react-query';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import type { StartingPoint } from '../../../shared/contract/starting-point.ts';
import { queries } from '../../lib/api.ts';
import { canGoOn } from '../../lib/can-go-on.ts';
import type { TrainingForm } from './training-form.ts';

/** What is known of the model that a training goes on from. */
export interface StartLook {
  readonly point: StartingPoint | undefined;
  readonly isReading: boolean;
  readonly error: Error | null;
}

/** Reads the layers of the model that is chosen to go on from; nothing while none is. */
export function useStart({ from, dataset }: TrainingForm): StartLook {
  const point = useQuery(
    queries.training.startingPoint.queryOptions({
      input: from === null || dataset === null ? skipToken : { model: from, dataset },
      staleTime: Number.POSITIVE_INFINITY,
      retry: false,
    }),
  );
  return {
    point: from === null ? undefined : point.data,
    isReading: point.isFetching,
    error: from === null ? null : point.error,
  };
}

const takesImages = ({ inputs, task }: ModelVersion): boolean =>
  inputs.some(({ type, shape }) => type === 'image' || (task === 'tensors' && shape?.length === 4));

/** Models that may hold layers to go on from, for data of that kind: networks of ours, and those that came as a file. */
export const startableModels = (
  models: readonly ModelVersion[],
  takes: TrainingForm['takes'],
): readonly ModelVersion[] =>
  models.filter((model) => {
    const ofKind = takes === 'images' ? takesImages(model) : !takesImages(model) && model.task !== 'tensors';
    return canGoOn(model) && ofKind;
  });
