import type { Database } from 'better-sqlite3';
import type { ModelVersion } from '../../shared/contract/models.ts';
import { parse } from './stored-document.ts';

/** Content hashes of a model's files by purpose: `test` (held-out rows), `baseline`, ... beside model.onnx itself. */
export interface ModelFiles {
  readonly [purpose: string]: { readonly hash: string; readonly extension: string };
}

/** Model versions, and the moves of their aliases: an alias points where its last move that was not undone put it. */
export class ModelRecords {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  add(version: ModelVersion, files: ModelFiles): void {
    this.#database
      .prepare('INSERT INTO model_versions VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(
        version.id,
        version.name,
        version.version,
        version.hash,
        version.createdAt,
        JSON.stringify({ ...version, aliases: [] }),
        JSON.stringify(files),
      );
  }

  nextVersion(name: string): number {
    const row = this.#database
      .prepare('SELECT coalesce(max(version), 0) + 1 AS next FROM model_versions WHERE name = ?')
      .get(name);
    return (row as { next: number }).next;
  }

  /** Newest first. */
  all(): ModelVersion[] {
    const aliases = this.#aliases();
    return this.#database
      .prepare('SELECT document FROM model_versions ORDER BY id DESC')
      .all()
      .map((row) => {
        const version = parse<ModelVersion>(row);
        return { ...version, aliases: aliases.get(`${version.name}@${version.version}`) ?? [] };
      });
  }

  files(id: string): ModelFiles {
    const row = this.#database.prepare('SELECT files AS document FROM model_versions WHERE id = ?').get(id);
    return row === undefined ? {} : parse<ModelFiles>(row);
  }

  moveAlias(model: string, alias: string, version: number): void {
    this.#database
      .prepare('INSERT INTO alias_moves (model, alias, version, at) VALUES (?, ?, ?, ?)')
      .run(model, alias, version, new Date().toISOString());
  }

  /** Models that have the alias. */
  modelsWithAlias(alias: string): string[] {
    const rows = this.#database
      .prepare('SELECT DISTINCT model FROM alias_moves WHERE alias = ? AND is_undone = 0')
      .all(alias);
    return (rows as { model: string }[]).map((row) => row.model);
  }

  /** Undoes the last move of an alias. Answers the version it points at now, undefined when there is no move before it. */
  undoAlias(model: string, alias: string): number | undefined {
    const moves = this.#database
      .prepare(
        'SELECT sequence, version FROM alias_moves WHERE model = ? AND alias = ? AND is_undone = 0 ORDER BY sequence DESC LIMIT 2',
      )
      .all(model, alias) as { sequence: number; version: number }[];
    const [last, before] = moves;
    if (!last || !before) return undefined;
    this.#database.prepare('UPDATE alias_moves SET is_undone = 1 WHERE sequence = ?').run(last.sequence);
    return before.version;
  }

  #aliases(): Map<string, string[]> {
    const rows = this.#database
      .prepare(
        'SELECT model, alias, version FROM alias_moves AS moves WHERE sequence = (SELECT max(sequence) FROM alias_moves WHERE model = moves.model AND alias = moves.alias AND is_undone = 0)',
      )
      .all() as { model: string; alias: string; version: number }[];
    const found = new Map<string, string[]>();
    for (const { model, alias, version } of rows) {
      const key = `${model}@${version}`;
      found.set(key, [...(found.get(key) ?? []), alias].sort());
    }
    return found;
  }
}
