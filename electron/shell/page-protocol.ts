import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { findPageFile, pageHeaders } from '../page-files.ts';
import { PAGE_ORIGIN, PAGE_SCHEME } from './channels.ts';

/** Must run before the app is ready. */
export function announcePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

/** Serves the built page under app://drydock with its policy; any other name or a path outside is not found. */
export function servePage(folder: string): void {
  protocol.handle(PAGE_SCHEME, async (request) => {
    const url = new URL(request.url);
    const isOwn =
      `${url.protocol}//${url.host}` === PAGE_ORIGIN && (request.method === 'GET' || request.method === 'HEAD');
    const file = isOwn ? await findPageFile(folder, url.pathname) : undefined;
    if (file === undefined) return new Response('Not found', { status: 404, headers: pageHeaders() });
    return new Response(await readFile(file.path), { headers: { ...pageHeaders(), 'Content-Type': file.mediaType } });
  });
}
