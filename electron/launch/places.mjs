import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The Node that npm installed for us: everything but this launcher runs on it. */
export const NODE = join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

export const DIST = join(ROOT, 'dist');

/** A package's own script, run with NODE: `.bin` shims differ from system to system. */
export const packageFile = (...parts) => join(ROOT, 'node_modules', ...parts);
