import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { foreground } from './child.mjs';
import { ensureInstalled } from './install.mjs';
import { linkCommand } from './link-command.mjs';
import { DIST, packageFile, ROOT } from './places.mjs';
import { refusalOf, Stop } from './stop.mjs';

const program = (name) => join(DIST, 'electron', `${name}.mjs`);

async function runCommandLine(args) {
  await ensureBuilt(['programs', 'runtime']);
  return foreground(program('cli'), args);
}

/** Script of package.json -> what it does after the packages are there. Anything else is a verb of the product. */
const COMMANDS = {
  async start(args) {
    if (args[0] === 'demo') return runCommandLine(args);
    await ensureBuilt();
    return foreground(program('start'), args);
  },
  async build() {
    await ensureBuilt();
    return 0;
  },
  async check() {
    const { check } = await import('./check.mjs');
    return check();
  },
  async test(args) {
    const { test } = await import('./test.mjs');
    return test(args);
  },
  async bench(args) {
    await ensureBuilt();
    return foreground(join(ROOT, 'test', 'bench', 'run.ts'), args, { cwd: ROOT });
  },
  async screenshots(args) {
    await ensureBuilt();
    return foreground(join(ROOT, 'test', 'e2e', 'screenshots.ts'), args, { cwd: ROOT });
  },
  async package(args) {
    await ensureBuilt();
    const { stageApp } = await import('./stage-app.mjs');
    stageApp();
    return foreground(packageFile('electron-builder', 'cli.js'), args, { cwd: ROOT });
  },
};

/** Runs one command and ends the process with its exit code. */
export async function run([command, ...args]) {
  try {
    await ensureInstalled();
    linkCommand();
    const known = command !== undefined && Object.hasOwn(COMMANDS, command);
    process.exitCode = known
      ? await COMMANDS[command](args)
      : await runCommandLine(command === undefined ? [] : [command, ...args]);
  } catch (error) {
    // A program that cannot be started says nothing of the disk.
    const isOfStart = String(error.syscall).startsWith('spawn');
    const stop = error instanceof Stop || isOfStart ? error : refusalOf(String(error.code), 'getting ready');
    if (!(stop instanceof Stop)) throw error;
    console.error(stop.message);
    process.exitCode = stop.exitCode;
  }
}
