import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import type { Job } from '../../shared/contract/jobs.ts';
import { host } from '../lib/host.ts';
import { jobFeed } from '../lib/job-feed.ts';
import { messages } from '../lib/messages/messages.ts';
import { addNotice } from '../lib/notices.ts';

const WORTH_A_WORD_MS = 3_000;
const m = messages.frame;

const tookMs = (job: Job): number =>
  Date.parse(job.endedAt ?? job.createdAt) - Date.parse(job.startedAt ?? job.createdAt);

function textOf(job: Job): string | undefined {
  if (job.state === 'succeeded') return m.jobSucceeded(job.title);
  if (job.state === 'failed') return m.jobFailed(job.title);
  if (job.state === 'interrupted') return m.jobInterrupted(job.title);
  return undefined;
}

function report(job: Job): void {
  const text = textOf(job);
  if (text === undefined) return;
  const isBad = job.state !== 'succeeded';
  addNotice({ id: job.id, at: job.endedAt ?? new Date().toISOString(), text, isBad, path: `/jobs/${job.id}` });
  if (!isBad && tookMs(job) < WORTH_A_WORD_MS) return;
  notifications.show({
    title: text,
    message: job.error?.message ?? '',
    color: isBad ? 'red' : 'harbor',
    autoClose: isBad ? 12_000 : 5_000,
  });
  if (document.hidden) void host().notify?.(text, job.error?.message ?? '');
}

/** Says it when a job ends: in the list of notifications, briefly on screen, and on the desktop when nobody looks. */
export function useJobNotices(): void {
  useEffect(() => jobFeed.onEnded(report), []);
}
