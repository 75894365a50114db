import { realpath, stat } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

export interface PageFile {
  readonly path: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** True for files whose name holds their hash: they never change. */
  readonly isImmutable: boolean;
}

/**
 * The file below `folder` that a relative path names, or undefined when there is none or it would lie outside: `..`,
 * absolute paths, NUL bytes and symbolic links that lead out are all "none".
 */
export async function containedFile(folder: string, relativePath: string): Promise<string | undefined> {
  if (relativePath.includes('\0') || relativePath.includes('\\')) return undefined;
  const base = resolve(folder);
  const wanted = resolve(join(base, relativePath));
  if (!wanted.startsWith(base + sep)) return undefined;
  try {
    const real = await realpath(wanted);
    if (!real.startsWith((await realpath(base)) + sep)) return undefined;
    return (await stat(real)).isFile() ? real : undefined;
  } catch {
    // Absent, a loop of links or not readable: for the one who asks it is not there.
    return undefined;
  }
}

/**
 * The file of the page for the path of an address. A path without an extension is a place of the page, which routes by
 * itself, so it is answered with index.html. Undefined: not found.
 */
export async function findPageFile(folder: string, urlPath: string): Promise<PageFile | undefined> {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    // A malformed escape names no file.
    return undefined;
  }
  const isPlace = !urlPath.startsWith('/assets/') && !(extname(decoded) in MEDIA_TYPES);
  if (isPlace && decoded.split('/').includes('..')) return undefined;
  const path = await containedFile(folder, isPlace ? 'index.html' : decoded.slice(1));
  if (path === undefined) return undefined;
  return {
    path,
    mediaType: MEDIA_TYPES[extname(path)] ?? 'application/octet-stream',
    sizeBytes: (await stat(path)).size,
    isImmutable: urlPath.startsWith('/assets/'),
  };
}

/**
 * Headers of every answer to a page. `connect` are sources beside the page's own that it may talk to (the WebSocket's
 * address). Styles may be inline because the control library writes them; scripts never.
 */
export function pageHeaders(connect: readonly string[] = []): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "worker-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Frame-Options': 'DENY',
  };
}
