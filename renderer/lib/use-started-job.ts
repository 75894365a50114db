import { useMutation } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import type { Job, JobStarted } from '../../shared/contract/jobs.ts';
import { type AppError, fromWire, toAppError } from '../../shared/errors.ts';
import { api } from './api.ts';
import { isOver, type JobView } from './job-view.ts';
import { useJob } from './use-job.ts';

interface Starter<Input> {
  readonly call: (input: Input) => Promise<JobStarted>;
}

interface StartedJobOptions {
  /** Called once with the job when it has succeeded. */
  readonly onSucceeded?: (job: Job) => void;
}

export interface StartedJob<Input> extends Omit<JobView, 'error'> {
  readonly start: (input: Input) => void;
  readonly jobId: string | null;
  /** Why it could not be started, followed or finished. */
  readonly error: AppError | undefined;
  readonly isStarting: boolean;
  readonly isRunning: boolean;
  readonly cancel: (keepBest?: boolean) => void;
  /** Forgets the job: the form is there again. The job itself goes on. */
  readonly reset: () => void;
}

/** Starts a job by a call of the contract and follows it. */
export function useStartedJob<Input>(
  starter: Starter<Input>,
  { onSucceeded }: StartedJobOptions = {},
): StartedJob<Input> {
  const [jobId, setJobId] = useState<string | null>(null);
  const start = useMutation<JobStarted, Error, Input>({
    mutationFn: (input) => starter.call(input),
    onSuccess: (started) => setJobId(started.jobId),
  });
  const view = useJob(jobId);
  const { job } = view;
  const succeeded = useEffectEvent((done: Job) => onSucceeded?.(done));
  useEffect(() => {
    if (job?.state === 'succeeded') succeeded(job);
  }, [job]);
  const cancel = useMutation<Job, Error, boolean>({
    mutationFn: (keepBest) =>
      job === undefined ? Promise.reject(new Error()) : api.jobs.cancel({ jobId: job.id, keepBest }),
  });
  const failure = start.error ?? view.error ?? cancel.error ?? job?.error;
  return {
    ...view,
    start: start.mutate,
    jobId,
    error:
      failure === undefined || failure === null
        ? undefined
        : failure instanceof Error
          ? toAppError(failure)
          : fromWire(failure),
    isStarting: start.isPending,
    isRunning: jobId !== null && (job === undefined ? view.error === undefined : !isOver(job)),
    cancel: (keepBest = false) => cancel.mutate(keepBest),
    reset: () => {
      setJobId(null);
      start.reset();
      cancel.reset();
    },
  };
}
