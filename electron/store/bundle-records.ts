import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { Bundle } from '../../shared/contract/bundles.ts';
import { parse } from './stored-document.ts';

/** Where bundles lie. A path inside the workspace is kept relative to it, so that a copied workspace finds its own bundles. */
export class BundleRecords {
  readonly #database: Database;
  readonly #folder: string;

  /** `folder` is the workspace's. */
  constructor(database: Database, folder: string) {
    this.#database = database;
    this.#folder = folder;
  }

  /** Adds a bundle, or replaces the record of the same id. */
  put(bundle: Bundle): void {
    const inside = relative(this.#folder, bundle.path);
    const isInside = inside !== '' && !inside.startsWith('..') && !isAbsolute(inside);
    const path = isInside ? inside.split(sep).join('/') : bundle.path;
    this.#database
      .prepare('INSERT OR REPLACE INTO bundles VALUES (?, ?, ?, ?)')
      .run(bundle.id, path, bundle.createdAt, JSON.stringify({ ...bundle, path }));
  }

  /** Newest first. */
  list(): Bundle[] {
    return this.#database
      .prepare('SELECT document FROM bundles ORDER BY id DESC')
      .all()
      .map((row) => {
        const bundle = parse<Bundle>(row);
        const path = resolve(this.#folder, bundle.path);
        const verification = bundle.verification && { ...bundle.verification, bundle: path };
        return { ...bundle, path, verification };
      });
  }
}
