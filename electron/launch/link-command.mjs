import { existsSync, lstatSync, symlinkSync, writeFileSync } from 'node:fs';
import { packageFile } from './places.mjs';

/**
 * Puts `drydock` beside the commands of the packages, so that `npx drydock` in a clone finds it at once instead of
 * looking for a package of that name. npm does this for dependencies only.
 */
export function linkCommand() {
  const link = packageFile('.bin', process.platform === 'win32' ? 'drydock.cmd' : 'drydock');
  if (existsSync(link)) return;
  try {
    if (process.platform === 'win32') writeFileSync(link, '@node "%~dp0\\..\\..\\electron\\launch.mjs" %*\r\n');
    else symlinkSync('../../electron/launch.mjs', link);
  } catch (error) {
    // Two starts at the same moment: the other one made it. A dangling link is replaced by the next `npm ci`.
    if (error.code !== 'EEXIST' && !lstatSync(link, { throwIfNoEntry: false })) throw error;
  }
}
