import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BUNDLE_FILES } from '../../../shared/bundle-format.ts';
import { CheckFailure, need } from './check-list.ts';

/** Not listed among the sums: the list itself, what signs it, and what `npm ci` installs beside it. */
const UNLISTED = new Set<string>([BUNDLE_FILES.sums, BUNDLE_FILES.signature]);
const INSTALLED = 'node_modules';

/** Every file below a bundle's folder by its path with forward slashes, sorted; links and devices are refused. */
export function filesOf(folder: string): string[] {
  const found: string[] = [];
  const walk = (path: string, prefix: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const name = `${prefix}${entry.name}`;
      if (name === INSTALLED) continue;
      if (entry.isDirectory()) walk(join(path, entry.name), `${name}/`);
      else if (entry.isFile()) found.push(name);
      else throw new CheckFailure(`${name} is neither a file nor a folder.`);
    }
  };
  walk(folder, '');
  return found.sort();
}

/** Paths and their sums, from the text of SHA256SUMS. */
export function parseSums(text: string): Map<string, string> {
  const sums = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const found = /^([0-9a-f]{64}) [ *](.+)$/.exec(line);
    need(
      found?.[1] !== undefined && found[2] !== undefined,
      `${BUNDLE_FILES.sums} has the line "${line.slice(0, 80)}".`,
    );
    need(!sums.has(found[2]), `${BUNDLE_FILES.sums} names ${found[2]} twice.`);
    sums.set(found[2], found[1]);
  }
  return sums;
}

async function sumOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

const listed = (names: readonly string[]): string => names.slice(0, 5).join(', ') + (names.length > 5 ? ', ...' : '');

/** Compares every file with its sum; names what is changed, missing or not listed. */
export async function checkSums(folder: string): Promise<string> {
  const sums = parseSums(readFileSync(join(folder, BUNDLE_FILES.sums), 'utf8'));
  const files = filesOf(folder).filter((name) => !UNLISTED.has(name));
  const missing = [...sums.keys()].filter((name) => !files.includes(name));
  const extra = files.filter((name) => !sums.has(name));
  const changed: string[] = [];
  for (const name of files)
    if (sums.has(name) && (await sumOf(join(folder, name))) !== sums.get(name)) changed.push(name);
  const faults = [
    ...(changed.length > 0 ? [`changed: ${listed(changed)}`] : []),
    ...(missing.length > 0 ? [`missing: ${listed(missing)}`] : []),
    ...(extra.length > 0 ? [`not part of the bundle: ${listed(extra)}`] : []),
  ];
  need(faults.length === 0, faults.join('; '));
  need(files.length > 0, `${BUNDLE_FILES.sums} names no file.`);
  return `${files.length} files as listed in ${BUNDLE_FILES.sums}`;
}
