import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIST, ROOT } from './places.mjs';

const stampFolder = join(DIST, '.stamps');

function* filesBelow(path) {
  if (!existsSync(path)) return;
  const found = statSync(path);
  if (!found.isDirectory()) {
    yield [path, found];
    return;
  }
  for (const entry of readdirSync(path).sort()) yield* filesBelow(join(path, entry));
}

/** Two keys of a set of sources: a quick one by size and time, and one by content that decides. */
function keysOf(sources) {
  const quick = createHash('sha256');
  const files = sources.flatMap((source) => [...filesBelow(join(ROOT, source))]);
  for (const [path, { size, mtimeMs }] of files) quick.update(`${path}\0${size}\0${mtimeMs}\n`);
  return {
    quick: quick.digest('hex'),
    content() {
      const hash = createHash('sha256');
      for (const [path] of files) hash.update(`${path.slice(ROOT.length)}\0`).update(readFileSync(path));
      return hash.digest('hex');
    },
  };
}

/**
 * Says whether what was built from `sources` still stands, and keeps a record of it: `isStale()`, then `save()` after
 * building. A touched but unchanged file does not count.
 */
export function stampOf(name, sources, outputs) {
  const path = join(stampFolder, `${name}.json`);
  // Taken before building: a source that changes meanwhile makes the result stale.
  const keys = keysOf(sources);
  const save = () => {
    mkdirSync(stampFolder, { recursive: true });
    writeFileSync(path, JSON.stringify({ quick: keys.quick, content: keys.content() }));
  };
  return {
    save,
    isStale() {
      if (!existsSync(path) || !outputs.every((output) => existsSync(join(ROOT, output)))) return true;
      const saved = JSON.parse(readFileSync(path, 'utf8'));
      if (saved.quick === keys.quick) return false;
      if (saved.content !== keys.content()) return true;
      save();
      return false;
    },
  };
}
