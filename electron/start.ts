import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { AppError } from '../shared/errors.ts';
import { errorLines } from './cli/errors.ts';
import { programFolder } from './program-files.ts';
import { runBrowserHost } from './start/browser-host.ts';
import { findRuntime } from './start/electron-runtime.ts';
import { openBrowser } from './start/open-browser.ts';
import { findRunningPage } from './start/running-page.ts';

const USAGE = 'npm start -- [--workspace DIR] [--port N] [--browser] [--no-open]   or   npm start -- demo';

function parse() {
  try {
    const { values } = parseArgs({
      options: {
        workspace: { type: 'string', default: process.env.DRYDOCK_WORKSPACE ?? './drydock-workspace' },
        port: { type: 'string', default: '0' },
        browser: { type: 'boolean', default: false },
        'no-open': { type: 'boolean', default: false },
      },
    });
    if (/^\d+$/.test(values.port) && Number(values.port) <= 65_535) return values;
    throw new Error(`"${values.port}" is not a port.`);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\nUsage: ${USAGE}`);
    process.exit(2);
  }
}

function openWindow(executable: string, workspace: string): void {
  const child = spawn(executable, [programFolder(), '--workspace', workspace], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => process.exit(code ?? 1));
}

/** A second start on one workspace leads to the page of the first. */
async function leadToRunningPage(workspace: string, error: AppError, isQuiet: boolean): Promise<void> {
  const address = await findRunningPage(workspace);
  if (address === undefined) {
    console.error(errorLines(error));
    process.exit(1);
  }
  console.log(`Drydock is open already at ${address}`);
  if (!isQuiet) openBrowser(address, process.platform, process.env);
  process.exit(0);
}

function openInBrowser(workspace: string, port: number, isQuiet: boolean): void {
  const supervisor = runBrowserHost({
    workspace,
    port,
    onOpen(address) {
      console.log(`Drydock is open at ${address}`);
      console.log('Ctrl-C ends it.');
      if (!isQuiet) openBrowser(address, process.platform, process.env);
    },
    onDown(error, isFinal) {
      if (error.code === 'WORKSPACE_LOCKED') return void leadToRunningPage(workspace, error, isQuiet);
      console.error(errorLines(error));
      if (isFinal) process.exit(1);
    },
  });
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // One Ctrl-C can arrive twice: from the terminal, and passed on by the launcher.
      if (isStopping) return;
      isStopping = true;
      void supervisor.stop().then(() => process.exit(0));
    });
  }
}

const options = parse();
const workspace = resolve(options.workspace);
const runtime = options.browser
  ? ({ kind: 'missing', why: 'A browser was asked for' } as const)
  : await findRuntime({
      packages: join(programFolder(), 'node_modules'),
      environment: process.env,
      platform: process.platform,
    });

if (runtime.kind === 'found') {
  openWindow(runtime.executable, workspace);
} else {
  console.log(`${runtime.why}, so Drydock opens in a browser window.`);
  openInBrowser(workspace, Number(options.port), options['no-open']);
}
