import type { Job } from '../../shared/contract/jobs.ts';
import type { StartedJob } from '../lib/use-started-job.ts';
import { ErrorPanel } from './ErrorPanel.tsx';
import { ProgressBar } from './ProgressBar.tsx';

interface JobPanelProps {
  readonly run: Pick<StartedJob<never>, 'progress' | 'error' | 'isRunning' | 'isStarting' | 'reset'> & {
    readonly job: Job | undefined;
    readonly cancel: () => void;
  };
}

/** A job that this place started: its progress while it runs, what went wrong if it did, nothing otherwise. */
export function JobPanel({ run }: JobPanelProps) {
  if (run.error !== undefined) return <ErrorPanel error={run.error} onRetry={run.reset} />;
  if (!run.isRunning && !run.isStarting) return null;
  return (
    <ProgressBar
      progress={run.progress}
      label={run.job?.title ?? ''}
      isQueued={run.job?.state === 'queued'}
      onCancel={run.job === undefined ? undefined : () => run.cancel()}
    />
  );
}
