import { join } from 'node:path';
import { app, type BrowserWindow, dialog, session } from 'electron';
import { EngineSupervisor } from './engine-supervisor.ts';
import { workspaceOf } from './shell/arguments.ts';
import { answerCapabilities } from './shell/capabilities.ts';
import { CHANNELS } from './shell/channels.ts';
import { confineContents, denyPermissions } from './shell/confinement.ts';
import { installationOf } from './shell/installation.ts';
import { setMenu } from './shell/menu.ts';
import { announcePageScheme, servePage } from './shell/page-protocol.ts';
import { PageRelay } from './shell/page-relay.ts';
import { openWindow } from './shell/window.ts';

const installation = installationOf({
  isPackaged: app.isPackaged,
  appPath: app.getAppPath(),
  resourcesPath: process.resourcesPath,
  platform: process.platform,
});

function supervise(window: BrowserWindow, workspace: string): EngineSupervisor {
  const supervisor = new EngineSupervisor({
    node: installation.node,
    command: () => [installation.engine, '--workspace', workspace],
    onReady: () => relay.engineReady(),
    onFrame: (connection, data) => relay.deliver(connection, data),
    onDown: (error, isFinal) => {
      relay.engineDown();
      if (isFinal) dialog.showErrorBox(error.message, [error.kept, error.remedy].filter(Boolean).join('\n'));
    },
  });
  const relay = new PageRelay(window, (message) => supervisor.send(message));
  supervisor.start();
  return supervisor;
}

async function start(): Promise<void> {
  await app.whenReady();
  servePage(installation.page);
  denyPermissions(session.defaultSession);
  const window = openWindow({
    preload: installation.preload,
    boundsFile: join(app.getPath('userData'), 'window.json'),
    icon: installation.icon,
  });
  setMenu(process.platform === 'darwin', (place) => window.webContents.send(CHANNELS.placeChosen, place));
  answerCapabilities(window);
  const supervisor = supervise(window, workspaceOf(process.argv, process.env, app.getPath('documents')));
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('window-all-closed', () => {
    void supervisor.stop().then(() => app.quit());
  });
}

// One window a user: a second start brings the first to the front.
if (app.requestSingleInstanceLock()) {
  announcePageScheme();
  confineContents(app);
  void start();
} else {
  app.quit();
}
