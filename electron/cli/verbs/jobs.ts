import { z } from 'zod';
import type { Job } from '../../../shared/contract/jobs.ts';
import { JobId } from '../../../shared/ids.ts';
import { describeProgress } from '../progress-line.ts';
import { table } from '../table.ts';
import { defineVerb } from '../verb.ts';

const where = (job: Job): string => {
  if (job.error !== null) return job.error.message;
  return job.state === 'running' && job.progress !== null ? describeProgress(job.progress) : '';
};

export const jobsVerb = defineVerb({
  name: 'jobs',
  summary: 'the ledger: what runs, ran, failed, was interrupted',
  input: z.object({}),
  async run(_, session) {
    const jobs = await (await session.client()).jobs.list({ limit: 200 });
    return {
      document: { jobs },
      text: table(
        ['id', 'job', 'state', 'created', 'resumable', ''],
        jobs.map((job) => [job.id, job.title, job.state, job.createdAt, job.isResumable ? 'yes' : 'no', where(job)]),
      ),
    };
  },
});

const ID = [{ syntax: '<id>', description: 'id of the job, from `drydock jobs`' }] as const;
const Input = z.object({ id: JobId });

export const jobsResumeVerb = defineVerb({
  name: 'jobs resume',
  summary: 'continue a paused job, or an interrupted or cancelled one from its checkpoint',
  positionals: ID,
  input: Input,
  async run({ id }, session) {
    const client = await session.client();
    const resumed = await client.jobs.resume({ jobId: id });
    const result = await session.follow(resumed.id);
    const job = await client.jobs.get({ jobId: resumed.id });
    return { document: { job, result }, text: `${job.title}: ${job.state}` };
  },
});

export const jobsCancelVerb = defineVerb({
  name: 'jobs cancel',
  summary: 'cancel a job; its checkpoint is kept',
  positionals: ID,
  input: Input,
  async run({ id }, session) {
    const job = await (await session.client()).jobs.cancel({ jobId: id, keepBest: false });
    return { document: { job }, text: `${job.title}: ${job.state}` };
  },
});

export const jobsPauseVerb = defineVerb({
  name: 'jobs pause',
  summary: 'hold a running training still; `jobs resume` lets it go on',
  positionals: ID,
  input: Input,
  async run({ id }, session) {
    const job = await (await session.client()).jobs.pause({ jobId: id });
    return { document: { job }, text: `${job.title}: paused. Let it go on with: ${session.resumeCommand(id)}` };
  },
});

export const jobsDropVerb = defineVerb({
  name: 'jobs drop',
  summary: 'drop an interrupted job and its checkpoint',
  positionals: ID,
  input: Input,
  async run({ id }, session) {
    const job = await (await session.client()).jobs.drop({ jobId: id });
    return { document: { job }, text: `${job.title}: ${job.state}` };
  },
});
