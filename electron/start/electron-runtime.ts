import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const DECISION_LIMIT_MS = 4500;
/** After a failed look the next starts do not look again for this long. */
const MEMORY_MS = 24 * 3_600_000;

/** Where Electron is, or one sentence why there is no window. */
export type Runtime =
  | { readonly kind: 'found'; readonly executable: string }
  | { readonly kind: 'missing'; readonly why: string };

interface Surroundings {
  /** node_modules of the clone. */
  readonly packages: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

const missing = (why: string): Runtime => ({ kind: 'missing', why });

function hasDisplay({ environment, platform }: Surroundings): boolean {
  return platform !== 'linux' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}

function executableIn(folder: string, platform: NodeJS.Platform): string {
  if (platform === 'darwin') return join(folder, 'Electron.app', 'Contents', 'MacOS', 'Electron');
  return join(folder, platform === 'win32' ? 'electron.exe' : 'electron');
}

function installed({ packages, environment, platform }: Surroundings): string | undefined {
  const folders = [environment.ELECTRON_OVERRIDE_DIST_PATH, join(packages, 'electron', 'dist')];
  return folders.flatMap((folder) => (folder ? [executableIn(folder, platform)] : [])).find((path) => existsSync(path));
}

const memoryFile = (packages: string): string => join(packages, '.cache', 'drydock-electron.json');

function failedLately(packages: string, mirror: string, now: number): boolean {
  try {
    const failure = JSON.parse(readFileSync(memoryFile(packages), 'utf8')) as { mirror: string; failedAt: number };
    return failure.mirror === mirror && now - failure.failedAt < MEMORY_MS;
  } catch {
    // No record: never looked, or never failed.
    return false;
  }
}

function rememberFailure(packages: string, mirror: string, now: number): void {
  mkdirSync(dirname(memoryFile(packages)), { recursive: true });
  writeFileSync(memoryFile(packages), JSON.stringify({ mirror, failedAt: now }));
}

const mirrorOf = ({ ELECTRON_MIRROR, npm_config_electron_mirror }: NodeJS.ProcessEnv): string =>
  ELECTRON_MIRROR ?? npm_config_electron_mirror ?? 'https://github.com/electron/electron/releases/download/';

/** Whether the place that serves the runtime answers within the limit. */
async function isReachable(packages: string, mirror: string): Promise<boolean> {
  const { version } = JSON.parse(readFileSync(join(packages, 'electron', 'package.json'), 'utf8')) as {
    version: string;
  };
  try {
    const answer = await fetch(`${mirror}v${version}/SHASUMS256.txt`, {
      method: 'HEAD',
      signal: AbortSignal.timeout(DECISION_LIMIT_MS),
    });
    return answer.ok;
  } catch {
    // No network, a firewall, or too slow: all mean "not to be had now".
    return false;
  }
}

function download(packages: string): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(packages, 'electron', 'install.js')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('error', () => done(false));
    child.once('exit', (code) => done(code === 0));
  });
}

/**
 * Finds Electron's runtime, or fetches it once where it can be had. Deciding takes at most five seconds, and nothing on
 * the next starts: a failed look is remembered for a day.
 */
export async function findRuntime(surroundings: Surroundings): Promise<Runtime> {
  const { packages } = surroundings;
  if (!hasDisplay(surroundings)) return missing('There is no display for a window');
  const present = installed(surroundings);
  if (present !== undefined) return { kind: 'found', executable: present };
  const now = Date.now();
  const mirror = mirrorOf(surroundings.environment);
  if (failedLately(packages, mirror, now)) return missing("Electron's runtime could not be fetched when last tried");
  if (!(await isReachable(packages, mirror))) {
    rememberFailure(packages, mirror, now);
    return missing("Electron's runtime cannot be fetched from here");
  }
  console.error("Fetching Electron's runtime (first start only, about 120 MB) ...");
  const executable = (await download(packages)) ? installed(surroundings) : undefined;
  if (executable !== undefined) return { kind: 'found', executable };
  rememberFailure(packages, mirror, now);
  return missing("Fetching Electron's runtime failed");
}
