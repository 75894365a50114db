import type { Job } from '../../../shared/contract/jobs.ts';
import type { LogLine } from '../../lib/job-view.ts';
import { messages } from '../../lib/messages/messages.ts';

export interface SampleStep {
  readonly step: string;
  /** What came of it; undefined while it runs. */
  readonly summary: string | undefined;
}

const names: Readonly<Record<string, string>> = messages.start.stepNames;

/** A step in words; one that this page does not know yet by its own name. */
export const stepName = (step: string): string => names[step] ?? step;

/** The steps so far, from the lines the job logs as each ends ("train: network on 116,000 rows (38.1 s)"). */
export function sampleSteps(job: Job, log: readonly LogLine[], stage: string | undefined): readonly SampleStep[] {
  const done = log.flatMap(({ line }): SampleStep[] => {
    const [, step, summary] = /^(\w+): (.*)$/s.exec(line) ?? [];
    return step === undefined || summary === undefined ? [] : [{ step, summary }];
  });
  const isRunning = job.state === 'running' && stage !== undefined && !done.some(({ step }) => step === stage);
  return isRunning ? [...done, { step: stage, summary: undefined }] : done;
}
