import { skipToken, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { z } from 'zod';
import type { Job, JobKind } from '../../../shared/contract/jobs.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { queries } from '../../lib/api.ts';
import { useJobFeed } from '../../lib/job-feed.ts';

/** Whether a job was asked about this version: by its name and number, or by its id. */
function isAbout({ params }: Pick<Job, 'params'>, model: ModelVersion): boolean {
  const asked =
    typeof params === 'object' && params !== null && 'model' in params ? (params as { model: unknown }).model : null;
  return asked === versionReference(model) || asked === model.id;
}

/** The newest result document of a kind of job about a version; null where there is none. */
export function useNewestResult<Document>(kind: JobKind, model: ModelVersion, document: z.ZodType<Document>) {
  const { jobs, isLoaded } = useJobFeed();
  const job = jobs.find((one) => one.kind === kind && one.state === 'succeeded' && isAbout(one, model));
  const found = useQuery(queries.jobs.get.queryOptions({ input: job === undefined ? skipToken : { jobId: job.id } }));
  // The feed turns with every progress of any job; the document is read when it is another one.
  const result = useMemo(() => document.safeParse(found.data?.result).data ?? null, [found.data, document]);
  return {
    result,
    error: found.error,
    isPending: !isLoaded || (job !== undefined && found.isPending),
    retry: () => found.refetch(),
  };
}
