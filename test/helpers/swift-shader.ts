import { existsSync } from 'node:fs';
import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findChromium } from './chromium.ts';

const LIBRARY = 'libvk_swiftshader.so';

/**
 * The environment in which a process finds SwiftShader, Chromium's graphics card in software, where it looks for Vulkan:
 * its library answers as a loader by itself, so no driver has to be installed. Null where no Chromium brings it along.
 */
export async function swiftShaderEnvironment(): Promise<Readonly<Record<string, string>> | null> {
  if (process.platform !== 'linux') return null;
  // Unpacks the browser that comes inside an npm package, and its libraries, where none is installed.
  const { executablePath } = await findChromium();
  const folders = [dirname(executablePath), tmpdir(), '/usr/lib/chromium', '/usr/lib/chromium-browser'];
  const found = folders.map((folder) => join(folder, LIBRARY)).find((path) => existsSync(path));
  if (found === undefined) return null;
  const folder = await mkdtemp(join(tmpdir(), 'drydock-vulkan-'));
  await symlink(found, join(folder, 'libvulkan.so.1'));
  return { LD_LIBRARY_PATH: folder };
}
