import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder of an optional native part: outside the program, so that a new installation of packages leaves it there. The
 * environment's `variable` names another one.
 */
export const partFolder = (part: string, variable: string): string =>
  process.env[variable] ??
  join(
    process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    'drydock',
    `${part}-${process.platform}-${process.arch}`,
  );
