import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** `npm start` of a bundle: installs what its lock file pins when it is missing, then serves. */
const folder = import.meta.dirname;

function isInstalled(): boolean {
  try {
    createRequire(join(folder, 'server.mjs')).resolve('onnxruntime-node/package.json');
    return true;
  } catch {
    // Not there: that is the answer.
    return false;
  }
}

if (!isInstalled()) {
  process.stderr.write('Installing onnxruntime-node as package-lock.json pins it ...\n');
  const npm = process.env['npm_execpath'];
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = npm?.endsWith('js')
    ? spawnSync(process.execPath, [npm, ...options], { cwd: folder, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', options, { cwd: folder, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (result.status !== 0) {
    process.stderr.write('onnxruntime-node could not be installed: serving on the WebAssembly build instead.\n');
  }
}
await import(join(folder, 'server.mjs').replace(/^([A-Za-z]:)/, 'file:///$1'));
