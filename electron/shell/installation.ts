import { join } from 'node:path';

interface AppPlaces {
  readonly isPackaged: boolean;
  /** `app.getAppPath()`: the clone, or app.asar. */
  readonly appPath: string;
  readonly resourcesPath: string;
  readonly platform: NodeJS.Platform;
}

/**
 * Files of the installation. Plain Node cannot read inside an asar archive, so what the engine is made of lies beside
 * it, unpacked.
 */
export function installationOf({ isPackaged, appPath, resourcesPath, platform }: AppPlaces) {
  const unpacked = appPath.replace(/app\.asar$/, 'app.asar.unpacked');
  const nodeName = platform === 'win32' ? 'node.exe' : 'node';
  return {
    node: isPackaged ? join(resourcesPath, nodeName) : join(appPath, 'node_modules', 'node', 'bin', nodeName),
    engine: join(unpacked, 'dist', 'electron', 'engine.mjs'),
    preload: join(appPath, 'dist', 'electron', 'preload.cjs'),
    page: join(unpacked, 'dist', 'renderer'),
    icon: join(unpacked, 'resources', 'icon.png'),
  };
}
