import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A token for one start of a host: 32 random bytes, safe in an address. */
export const drawToken = (): string => randomBytes(32).toString('base64url');

/** Compares in constant time, whatever the lengths. */
const isSameToken = (given: string, wanted: string): boolean => timingSafeEqual(digest(given), digest(wanted));

/** Who may talk to a host: only requests to its own loopback names, from its own pages, with its token. */
export class Access {
  readonly #token: string;
  readonly #authorities: ReadonlySet<string>;
  readonly #cookieName: string;

  constructor(token: string, port: number) {
    this.#token = token;
    this.#authorities = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
    // Cookies are shared by all ports of a host, so the port is part of the name.
    this.#cookieName = `drydock_${port}`;
  }

  /** False for a name that only resolves to this machine by a trick (DNS rebinding). */
  isOwnHost(request: IncomingMessage): boolean {
    return this.#authorities.has(request.headers.host ?? '');
  }

  /** Programs send no Origin; a page must be one of ours. */
  isOwnOrigin(request: IncomingMessage): boolean {
    const { origin } = request.headers;
    if (origin === undefined) return true;
    return origin.startsWith('http://') && this.#authorities.has(origin.slice('http://'.length));
  }

  /** By `?token=`, by `Authorization: Bearer`, or by the cookie that a page was given with its first answer. */
  hasToken(request: IncomingMessage, url: URL): boolean {
    return this.hasTokenInAddress(url) || this.#bearer(request) || this.#cookie(request);
  }

  hasTokenInAddress(url: URL): boolean {
    return isSameToken(url.searchParams.get('token') ?? '', this.#token);
  }

  get cookie(): string {
    return `${this.#cookieName}=${this.#token}; HttpOnly; SameSite=Strict; Path=/`;
  }

  #bearer(request: IncomingMessage): boolean {
    const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
    return scheme === 'Bearer' && isSameToken(token, this.#token);
  }

  #cookie(request: IncomingMessage): boolean {
    return (request.headers.cookie ?? '').split(';').some((pair) => {
      const [name, value = ''] = pair.trim().split('=');
      return name === this.#cookieName && isSameToken(value, this.#token);
    });
  }
}
