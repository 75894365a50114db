import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Host, startHost } from '../../electron/host/host.ts';
import { mountSmallDisk } from '../helpers/small-disk.ts';

const TOKEN = 'a-token-of-this-test';
let folder: string;
let host: Host;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-host-'));
  const page = join(folder, 'page');
  await mkdir(join(page, 'assets'), { recursive: true });
  await writeFile(join(page, 'index.html'), '<!doctype html><title>Drydock</title>');
  await writeFile(join(page, 'assets', 'app-1a2b.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await symlink(join(folder, 'secret.txt'), join(page, 'assets', 'link.txt'));
  await mkdir(join(folder, 'exports'));
  await writeFile(join(folder, 'exports', 'rows.csv'), 'a,b\n1,2\n');
  host = await startHost({
    engine: {
      uploadsFolder: join(folder, 'uploads'),
      exportsFolder: join(folder, 'exports'),
      attachWebSocket: (socket) => socket.on('message', (data) => socket.send(`echo ${String(data)}`)),
    },
    token: TOKEN,
    staticFolder: page,
    uploadLimitBytes: 1000,
  });
});

afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

const authorized = { Authorization: `Bearer ${TOKEN}` };

/** fetch() will not send a forged Host header, so this one is raw. */
function get(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((done, fail) => {
    httpRequest({ host: '127.0.0.1', port: host.port, path, headers }, (response) => {
      response.resume();
      done(response.statusCode ?? 0);
    })
      .on('error', fail)
      .end();
  });
}

function openSocket(
  address: string,
  options: { origin?: string; headers?: Record<string, string> } = {},
): Promise<string> {
  return new Promise((done) => {
    const socket = new WebSocket(address, options);
    socket.on('open', () => socket.send('hello'));
    socket.on('message', (data) => {
      socket.close();
      done(String(data));
    });
    socket.on('error', (error) => done(error.message));
  });
}

describe('the page', () => {
  it('is refused without the token, and says what to do', async () => {
    const response = await fetch(host.url);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { remedy: expect.stringContaining('npm start') } });
  });

  it('comes with the token, a strict policy and a cookie that replaces the token', async () => {
    const response = await fetch(`${host.url}/?token=${TOKEN}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    const again = await fetch(`${host.url}/datasets/flights`, { headers: { Cookie: cookie.split(';')[0] ?? '' } });
    expect(await again.text()).toContain('<title>Drydock</title>');
  });

  it('serves hashed files as immutable', async () => {
    const response = await fetch(`${host.url}/assets/app-1a2b.js`);
    expect(response.headers.get('content-type')).toContain('text/javascript');
    expect(response.headers.get('cache-control')).toContain('immutable');
  });

  it('never leaves its folder: not by dots, not by an absolute path, not by a link', async () => {
    for (const path of [
      '/../secret.txt',
      '/assets/%2e%2e/%2e%2e/secret.txt',
      '//etc/passwd.txt',
      '/assets/link.txt',
      '/assets/%00.js',
      '/%zz.js',
    ]) {
      expect(await get(path, { Host: `127.0.0.1:${host.port}`, ...authorized }), path).toBe(404);
    }
  });

  it('refuses a request that names another host, and one from another origin', async () => {
    expect(await get('/', { Host: `evil.example:${host.port}`, ...authorized })).toBe(403);
    expect(await get('/', { Host: `127.0.0.1:${host.port}`, Origin: 'http://evil.example', ...authorized })).toBe(403);
    expect(await get('/', { Host: `127.0.0.1:${host.port}`, ...authorized })).toBe(200);
  });
});

describe('whatever is sent', () => {
  const send = (text: string, thenReset = false): Promise<string> =>
    new Promise((done) => {
      let answer = '';
      const socket = connect(host.port, '127.0.0.1', () => {
        socket.write(text);
        if (thenReset) setImmediate(() => socket.resetAndDestroy());
      });
      socket.on('data', (data) => {
        answer += String(data);
      });
      socket.on('error', () => done(answer));
      socket.on('close', () => done(answer));
    });
  const upgrade = (target: string) =>
    `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;

  it('does not end the engine: targets that are no address, and sockets that are torn down on the way', async () => {
    for (const target of ['//', '///', 'http://[', '*', '/\\', '//evil.example:99999/'])
      expect(await send(upgrade(target)), target).toMatch(/^(HTTP\/1.1 40[034]|$)/);
    for (const target of ['//', 'http://[', '*'])
      expect(
        await send(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nConnection: close\r\n\r\n`),
        target,
      ).toMatch(/^HTTP\/1.1 40[014]/);
    for (let times = 0; times < 20; times += 1) await send(upgrade('/other'), true);
    expect(await get('/', { Host: `127.0.0.1:${host.port}`, ...authorized })).toBe(200);
  });

  it('is refused in words where a person opened the address', async () => {
    const response = await fetch(host.url, { headers: { Accept: 'text/html' } });
    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(await response.text()).toBe(
      'The token is missing or wrong.\nOpen the whole address that `npm start` printed, with its token.',
    );
  });
});

describe('the WebSocket', () => {
  const address = () => host.url.replace('http', 'ws');

  it('is opened by the token, from a program or an own page', async () => {
    expect(await openSocket(`${address()}/rpc?token=${TOKEN}`)).toBe('echo hello');
    expect(await openSocket(`${address()}/rpc?token=${TOKEN}`, { origin: host.url })).toBe('echo hello');
    expect(await openSocket(`${address()}/rpc`, { headers: { Cookie: `drydock_${host.port}=${TOKEN}` } })).toBe(
      'echo hello',
    );
  });

  it('stays shut without the token, with a wrong one, for another origin and on another path', async () => {
    expect(await openSocket(`${address()}/rpc`)).toContain('403');
    expect(await openSocket(`${address()}/rpc?token=wrong`)).toContain('403');
    expect(await openSocket(`${address()}/rpc?token=${TOKEN}`, { origin: 'http://evil.example' })).toContain('403');
    expect(await openSocket(`${address()}/other?token=${TOKEN}`)).toContain('404');
  });
});

describe('an upload', () => {
  const put = (name: string, body: string, more = '') =>
    fetch(`${host.url}/upload?name=${encodeURIComponent(name)}${more}`, { method: 'PUT', headers: authorized, body });
  const uploads = () => readdir(join(folder, 'uploads')).catch(() => []);

  it('lands in a folder of its own, whatever its name says', async () => {
    const response = await put('../../evil/flights.csv', 'a,b\n1,2\n');
    expect(response.status).toBe(201);
    const { uploadId } = (await response.json()) as { uploadId: string };
    expect(await readFile(join(folder, 'uploads', uploadId, 'evil', 'flights.csv'), 'utf8')).toBe('a,b\n1,2\n');
  });

  it('of a folder is sent file by file, all but the first naming the upload they join', async () => {
    const first = await put('digits/0/a.png', 'a');
    const { uploadId } = (await first.json()) as { uploadId: string };
    const second = await put('digits/1/b.png', 'b', `&joins=${uploadId}`);
    expect(await second.json()).toEqual({ uploadId });
    expect(await readFile(join(folder, 'uploads', uploadId, 'digits', '1', 'b.png'), 'utf8')).toBe('b');
    for (const joins of ['../uploads', '01ABSENT']) {
      const stray = await put('c.png', 'c', `&joins=${encodeURIComponent(joins)}`);
      expect(stray.status).toBe(404);
    }
  });

  it('that joins others and is too large leaves the others', async () => {
    const { uploadId } = (await (await put('m/model.json', '{}')).json()) as { uploadId: string };
    expect((await put('m/w.bin', 'x'.repeat(2000), `&joins=${uploadId}`)).status).toBe(413);
    expect(await readdir(join(folder, 'uploads', uploadId))).toEqual(['m']);
  });

  it('over the limit is refused by its length, leaving nothing', async () => {
    const before = await uploads();
    const response = await put('big.csv', 'x'.repeat(2000));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      error: { code: 'BAD_INPUT', message: expect.stringContaining('1000') },
    });
    expect(await uploads()).toEqual(before);
  });

  it('that breaks off half way leaves nothing', async () => {
    const before = await uploads();
    await new Promise<void>((done) => {
      const socket = connect(host.port, '127.0.0.1', () => {
        socket.write(
          `PUT /upload?name=half.csv HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 900\r\n\r\nhalf`,
          () => setTimeout(() => socket.destroy(), 50),
        );
      });
      socket.on('close', () => done());
    });
    await expect.poll(uploads).toEqual(before);
  });

  it('onto a disk that becomes full is refused with what was kept, leaving nothing', async ({ skip }) => {
    const disk = join(folder, 'disk');
    const mounted = await mountSmallDisk(disk, 80e6);
    if (mounted === undefined) return skip();
    const small = await startHost({
      engine: { uploadsFolder: join(disk, 'uploads'), exportsFolder: disk, attachWebSocket: () => undefined },
      token: TOKEN,
    });
    try {
      const chunk = new Uint8Array(1e6);
      let left = 120;
      const body = new ReadableStream({
        pull(stream) {
          left -= 1;
          if (left < 0) stream.close();
          else stream.enqueue(chunk);
        },
      });
      const request = { method: 'PUT', headers: authorized, body, duplex: 'half' } as const;
      // The answer comes while the body is still being sent: some clients see it, some only the end of the connection.
      const answer = await fetch(`${small.url}/upload?name=big.csv`, request).then(
        async (response) => ({ status: response.status, body: await response.json() }),
        () => undefined,
      );
      if (answer !== undefined) expect(answer).toMatchObject({ status: 507, body: { error: { code: 'DISK_FULL' } } });
      await expect.poll(() => readdir(join(disk, 'uploads'))).toEqual([]);
      const announced = await fetch(`${small.url}/upload?name=big.csv`, {
        method: 'PUT',
        headers: authorized,
        body: new Uint8Array(50e6),
      });
      expect(announced.status).toBe(507);
    } finally {
      await small.close();
      await mounted.unmount();
    }
  });

  it('needs the token', async () => {
    const response = await fetch(`${host.url}/upload?name=a.csv`, { method: 'PUT', body: 'a' });
    expect(response.status).toBe(401);
  });
});

describe('a download', () => {
  const download = (path: string) =>
    fetch(`${host.url}/download?path=${encodeURIComponent(path)}`, { headers: authorized });

  it('answers a file of the exports folder as an attachment', async () => {
    const response = await download(join(folder, 'exports', 'rows.csv'));
    expect(response.headers.get('content-disposition')).toContain('rows.csv');
    expect(await response.text()).toBe('a,b\n1,2\n');
  });

  it('answers nothing outside of it', async () => {
    expect((await download(join(folder, 'secret.txt'))).status).toBe(404);
    expect((await download('../secret.txt')).status).toBe(404);
  });
});

it('says in one sentence that a port is taken', async () => {
  const engine = { uploadsFolder: folder, exportsFolder: folder, attachWebSocket: () => undefined };
  await expect(startHost({ engine, port: host.port })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: `Port ${host.port} is taken by another program.`,
    remedy: expect.stringContaining('--port'),
  });
});
