import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { partFolder } from '../part-folder.ts';

/** The release of tfjs-node whose native part is meant, and the TensorFlow it is built against. */
export const TFJS_NODE_VERSION = '4.22.0';
export const TENSORFLOW_VERSION = '2.21.0';

/** What the set-up leaves beside the library, so that nothing half-made is taken for it. */
const Made = z.object({ tensorflow: z.string(), tfjsNode: z.string() });

/** The folder of tfjs-node's native part. DRYDOCK_TFJS_NODE names another one. */
export const nativeFolder = (): string => partFolder(`tfjs-node-${TFJS_NODE_VERSION}`, 'DRYDOCK_TFJS_NODE');

export const bindingPath = (folder: string): string => join(folder, 'tfjs_binding.node');
export const madePath = (folder: string): string => join(folder, 'made.json');

/** Where the native part lies and what it is; null where it is not set up. */
export function nativePart(): { readonly binding: string; readonly tensorflow: string } | null {
  const folder = nativeFolder();
  if (!existsSync(madePath(folder)) || !existsSync(bindingPath(folder))) return null;
  const made = Made.safeParse(JSON.parse(readFileSync(madePath(folder), 'utf8')));
  return made.success && made.data.tfjsNode === TFJS_NODE_VERSION
    ? { binding: bindingPath(folder), tensorflow: made.data.tensorflow }
    : null;
}
