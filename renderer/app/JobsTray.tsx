import { Anchor, Group, Popover, Progress, Stack, Text } from '@mantine/core';
import { IconAlertCircle, IconListCheck } from '@tabler/icons-react';
import { Link } from 'react-router';
import { percentDone } from '../components/progress-text.ts';
import { useJobFeed } from '../lib/job-feed.ts';
import { isOver } from '../lib/job-view.ts';
import { messages } from '../lib/messages/messages.ts';
import { showOverlay, toggleOverlay, useOverlay } from './overlays.ts';
import classes from './status-bar.module.css';
import { TrayJob } from './TrayJob.tsx';

const m = messages.frame;
const SHOWN = 8;

/** The running jobs in the status bar, and the list that opens from it. */
export function JobsTray() {
  const { jobs } = useJobFeed();
  const overlay = useOverlay();
  const running = jobs.filter((job) => !isOver(job));
  const interrupted = jobs.filter((job) => job.state === 'interrupted');
  const [first] = running;
  const percent = first === undefined ? undefined : percentDone(first.progress);
  const close = () => showOverlay('none');
  return (
    <Popover
      opened={overlay === 'tray'}
      onChange={(isOpen) => !isOpen && overlay === 'tray' && close()}
      position="top-end"
      width={400}
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <button type="button" className={classes.item} title={m.openTray} onClick={() => toggleOverlay('tray')}>
          {interrupted.length > 0 && running.length === 0 ? (
            <IconAlertCircle size={14} aria-hidden />
          ) : (
            <IconListCheck size={14} aria-hidden />
          )}
          {first !== undefined && (
            <Progress
              className={classes.meter}
              size={5}
              value={percent ?? 100}
              striped={percent === undefined}
              animated={percent === undefined}
              aria-label={first.title}
            />
          )}
          <span className="tabular">
            {running.length > 0
              ? m.jobsRunning(running.length)
              : interrupted.length > 0
                ? m.jobsInterrupted(interrupted.length)
                : m.noJobs}
          </span>
        </button>
      </Popover.Target>
      <Popover.Dropdown p="sm" aria-label={m.trayTitle}>
        <Group justify="space-between" mb="xs">
          <Text fw={600} size="sm">
            {m.trayTitle}
          </Text>
          <Anchor component={Link} to="/jobs" size="xs" onClick={close}>
            {m.trayAll}
          </Anchor>
        </Group>
        {jobs.length === 0 && (
          <Text size="sm" c="dimmed">
            {m.trayEmpty}
          </Text>
        )}
        <div className={classes.list}>
          <Stack gap="sm" component="ul" className="plain-list">
            {[...running, ...jobs.filter(isOver)].slice(0, SHOWN).map((job) => (
              <TrayJob key={job.id} job={job} onLeave={close} />
            ))}
          </Stack>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
