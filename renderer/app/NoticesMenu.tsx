import { Anchor, Button, Group, Popover, Stack, Text } from '@mantine/core';
import { IconBell, IconBellRinging } from '@tabler/icons-react';
import { Link } from 'react-router';
import { formatDateTime } from '../lib/format.ts';
import { messages } from '../lib/messages/messages.ts';
import { clearNotices, markRead, useNotices, useUnread } from '../lib/notices.ts';
import { showOverlay, toggleOverlay, useOverlay } from './overlays.ts';
import classes from './status-bar.module.css';

const m = messages.frame;

/** What ended or went wrong while the person looked elsewhere. */
export function NoticesMenu() {
  const notices = useNotices();
  const unread = useUnread();
  const overlay = useOverlay();
  const Icon = unread > 0 ? IconBellRinging : IconBell;
  const close = () => showOverlay('none');
  const open = () => {
    toggleOverlay('notices');
    markRead();
  };
  return (
    <Popover
      opened={overlay === 'notices'}
      onChange={(isOpen) => !isOpen && overlay === 'notices' && close()}
      position="top-end"
      width={360}
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <button
          type="button"
          className={classes.item}
          aria-label={m.notices(unread)}
          title={m.noticesTitle}
          onClick={open}
        >
          <Icon size={14} aria-hidden />
          {unread > 0 && <span className="tabular">{unread}</span>}
        </button>
      </Popover.Target>
      <Popover.Dropdown p="sm" aria-label={m.noticesTitle}>
        <Group justify="space-between" mb="xs">
          <Text fw={600} size="sm">
            {m.noticesTitle}
          </Text>
          {notices.length > 0 && (
            <Button size="compact-xs" variant="default" onClick={clearNotices}>
              {m.noticesClear}
            </Button>
          )}
        </Group>
        {notices.length === 0 ? (
          <Text size="sm" c="dimmed" tabIndex={-1} data-autofocus>
            {m.noticesEmpty}
          </Text>
        ) : (
          <div className={classes.list}>
            <Stack gap="xs" component="ul" className="plain-list">
              {notices.map((notice) => (
                <li key={`${notice.id}-${notice.at}`}>
                  <Anchor
                    component={Link}
                    to={notice.path}
                    size="sm"
                    onClick={close}
                    c={notice.isBad ? 'var(--mantine-color-error)' : 'var(--mantine-color-anchor)'}
                  >
                    {notice.text}
                  </Anchor>
                  <Text size="xs" c="dimmed">
                    {formatDateTime(notice.at)}
                  </Text>
                </li>
              ))}
            </Stack>
          </div>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
