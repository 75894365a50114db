import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { background } from './child.mjs';
import { NODE, packageFile, ROOT } from './places.mjs';
import { withProgress } from './progress.mjs';
import { DISK_FULL, refusalOf, Stop } from './stop.mjs';

/** The installed packages with npm's cache, and room to build. */
const NEEDED_BYTES = 2.5e9;
const stampFile = packageFile('.drydock-installed');

const NETWORK_CODES =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT|FETCH_ERROR|ENOTCACHED)\b/;

const readLock = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;

function lockKey() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex');
}

/** True when npm's own record of what it installed has every package of the lock file, at its version. */
function isComplete() {
  const hidden = packageFile('.package-lock.json');
  if (!existsSync(hidden) || !existsSync(NODE)) return false;
  const installed = readLock(hidden);
  return Object.entries(readLock(join(ROOT, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '' || wanted.optional || wanted.peer || wanted.link) return true;
    return installed[path]?.version === wanted.version;
  });
}

function isStamped(key) {
  return existsSync(stampFile) && existsSync(NODE) && readFileSync(stampFile, 'utf8') === key;
}

function requirePlace() {
  try {
    accessSync(ROOT, constants.W_OK);
  } catch (error) {
    // npm would say that node_modules does not exist.
    throw refusalOf(error.code, 'installing') ?? error;
  }
  const { bavail, bsize } = statfsSync(ROOT);
  const free = bavail * bsize;
  if (free >= NEEDED_BYTES) return;
  throw new Stop(
    `The disk has ${(free / 1e9).toFixed(1)} GB left and installing needs ${NEEDED_BYTES / 1e9} GB.`,
    'Free some space and run the same command again.',
  );
}

function explain(output) {
  if (NETWORK_CODES.test(output)) {
    return new Stop(
      'The packages could not be fetched because the npm registry cannot be reached.',
      'Connect to the network (or set `npm config set registry` to one you reach) and run the same command again.',
    );
  }
  const refusal = refusalOf(output, 'installing');
  if (refusal) return refusal;
  const errors = output.split('\n').filter((line) => line.startsWith('npm error'));
  return new Stop(
    `npm could not install the packages: ${errors.slice(0, 4).join(' ')}`,
    'Run `npm ci` to see all of it.',
  );
}

/** Installs what the lock file names unless it is all there; a second start decides by one small file. */
export async function ensureInstalled() {
  const key = lockKey();
  if (isStamped(key)) return;
  if (!isComplete()) {
    requirePlace();
    const count = Object.keys(readLock(join(ROOT, 'package-lock.json'))).length - 1;
    await withProgress(`Installing ${count} packages (first start only) ...`, async () => {
      const { code, output } = await background(
        'npm',
        [
          'ci',
          '--no-audit',
          '--no-fund',
          '--prefer-offline',
          '--fetch-retries=2',
          '--fetch-retry-mintimeout=1000',
          '--fetch-retry-maxtimeout=5000',
          '--fetch-timeout=30000',
        ],
        // npm goes on for hours on a full disk, with a warning for every file.
        { shell: process.platform === 'win32', endsAt: DISK_FULL },
      );
      if (code !== 0) throw explain(output);
    });
    if (!existsSync(NODE)) {
      throw new Stop(
        'npm installed no Node 24, because install scripts are switched off.',
        'Run `npm config set ignore-scripts false` and try again.',
      );
    }
  }
  mkdirSync(packageFile(), { recursive: true });
  writeFileSync(stampFile, key);
}
