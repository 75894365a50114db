import { IconCpu, IconFolder, IconMoon, IconSun } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { queries } from '../lib/api.ts';
import type { ConnectionState } from '../lib/connection-state.ts';
import { messages } from '../lib/messages/messages.ts';
import { useConnection } from '../lib/use-connection.ts';
import { JobsTray } from './JobsTray.tsx';
import { NoticesMenu } from './NoticesMenu.tsx';
import classes from './status-bar.module.css';
import { useThemeSwitch } from './use-theme-switch.ts';

const m = messages.frame;
const engineText: Readonly<Record<ConnectionState, string>> = {
  open: m.engineOpen,
  connecting: m.engineConnecting,
  lost: m.engineLost,
};

/** Workspace, engine, provider; jobs, notifications, light or dark. Grey while the engine is lost. */
export function StatusBar() {
  const state = useConnection();
  const workspace = useQuery(queries.system.workspace.queryOptions());
  const { isDark, switchTheme } = useThemeSwitch();
  const themeLabel = isDark ? m.toLight : m.toDark;
  return (
    <footer className={`${classes.bar} ${state === 'open' ? '' : classes.lost}`}>
      <div className={classes.side}>
        {workspace.data && (
          <Link to="/settings" className={classes.item} title={m.workspaceHint(workspace.data.path)}>
            <IconFolder size={14} aria-hidden />
            {workspace.data.name}
          </Link>
        )}
        <span className={classes.item} role="status">
          <span className={`filled ${classes.dot} ${state === 'open' ? '' : classes.waiting}`} aria-hidden />
          {engineText[state]}
        </span>
        {workspace.data && (
          <span className={`${classes.item} ${classes.optional}`} title={m.providerHint}>
            <IconCpu size={14} aria-hidden />
            {m.provider(workspace.data.provider)}
          </span>
        )}
      </div>
      <div className={classes.side}>
        <JobsTray />
        <NoticesMenu />
        <button type="button" className={classes.item} aria-label={themeLabel} title={themeLabel} onClick={switchTheme}>
          {isDark ? <IconSun size={14} aria-hidden /> : <IconMoon size={14} aria-hidden />}
        </button>
      </div>
    </footer>
  );
}
