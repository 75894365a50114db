import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const Bounds = z.object({
  x: z.number().int().exactOptional(),
  y: z.number().int().exactOptional(),
  width: z.number().int().min(640),
  height: z.number().int().min(480),
});

const DEFAULT = { width: 1440, height: 900 };

/** Where the window stood last; the default where there is no record or it cannot be read. */
export function readBounds(file: string): z.infer<typeof Bounds> {
  try {
    return Bounds.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // The first start, or a record from another version: the default is as good as any.
    return DEFAULT;
  }
}

export function saveBounds(file: string, bounds: { x: number; y: number; width: number; height: number }): void {
  try {
    writeFileSync(file, JSON.stringify(bounds));
  } catch (error) {
    // A full disk must not keep a window from closing.
    console.error(`The window's place could not be kept: ${String(error)}`);
  }
}
