import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Provider, ProviderChoice } from '../../../shared/contract/providers.ts';
import type { DoctorCheck, SetupPart, SetupResult, WorkspaceInfo } from '../../../shared/contract/system.ts';
import type { WorkerJobDefinition } from '../../jobs/job-definition.ts';
import type { Workspace } from '../../store/workspace.ts';
import { cudaEnvironment } from './cuda-part.ts';
import { examine } from './doctor.ts';
import { WorkingProviders } from './probe-native.ts';
import type { Made } from './setup-steps.ts';

const MOST_RECENT = 10;

interface Recent {
  readonly path: string;
  readonly openedAt: string;
}

type Setup = { readonly part: SetupPart };

/** Facts about the workspace and the machine. */
export class SystemService {
  readonly #workspace: Workspace;
  readonly #version: string;
  readonly #working = new WorkingProviders();
  readonly #startedAt = new Date().toISOString();

  constructor(workspace: Workspace, version: string) {
    this.#workspace = workspace;
    this.#version = version;
    // The probe and all workers inherit it.
    Object.assign(process.env, cudaEnvironment());
  }

  ping(): { version: string; pid: number } {
    return { version: this.#version, pid: process.pid };
  }

  workspace(): WorkspaceInfo {
    const { records, path } = this.#workspace;
    return {
      path,
      name: basename(path),
      version: this.#version,
      startedAt: this.#startedAt,
      datasets: new Set(records.datasets.all().map((version) => version.name)).size,
      models: new Set(records.models.all().map((version) => version.name)).size,
      bundles: records.bundles.list().length,
      provider: 'cpu',
      interrupted: records.jobs.inState('interrupted').length,
      sizeBytes: folderSize(path, 2),
    };
  }

  recentWorkspaces(): Recent[] {
    return readRecent().filter(({ path }) => existsSync(join(path, 'drydock.db')));
  }

  /** Puts this workspace at the head of the list of recent ones; a list that cannot be written is no reason to stop. */
  rememberOpening(): void {
    const list = [
      { path: this.#workspace.path, openedAt: this.#startedAt },
      ...readRecent().filter(({ path }) => path !== this.#workspace.path),
    ];
    try {
      mkdirSync(dirname(recentFile()), { recursive: true });
      writeFileSync(recentFile(), JSON.stringify(list.slice(0, MOST_RECENT)));
    } catch (error) {
      process.emitWarning(
        `The list of recent workspaces could not be written: ${error instanceof Error ? error.message : error}`,
      );
    }
  }

  /** Execution providers that work here, found once by a probe; with a choice only that one, or an error that says why not. */
  async providers(choice: ProviderChoice): Promise<readonly Provider[]> {
    return choice === 'auto' ? this.#working.all() : [await this.#working.require(choice)];
  }

  setupDefinition(): WorkerJobDefinition<Setup, Setup, Made, SetupResult> {
    return {
      place: 'worker',
      kind: 'setup',
      task: 'setup',
      title: ({ part }) => `Set up ${part}`,
      prepare: async ({ part }) => ({ part }),
      commit:
        async ({ folder, detail }, { part }) =>
        () => ({ part, folder, detail }),
    };
  }

  doctor(): Promise<DoctorCheck[]> {
    return examine(this.#workspace.path);
  }
}

/** Drydock's folder for settings of the user, by the custom of the system. */
function recentFile(): string {
  const base =
    process.env.DRYDOCK_CONFIG ??
    (process.platform === 'win32'
      ? join(process.env.APPDATA ?? homedir(), 'Drydock')
      : process.platform === 'darwin'
        ? join(homedir(), 'Library', 'Application Support', 'Drydock')
        : join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'drydock'));
  return join(base, 'recent-workspaces.json');
}

function readRecent(): Recent[] {
  if (!existsSync(recentFile())) return [];
  try {
    const list: unknown = JSON.parse(readFileSync(recentFile(), 'utf8'));
    return Array.isArray(list)
      ? list.filter((entry): entry is Recent => typeof entry?.path === 'string' && typeof entry?.openedAt === 'string')
      : [];
  } catch {
    // A damaged list is replaced at the next opening.
    return [];
  }
}

function folderSize(path: string, depth: number): number {
  let bytes = 0;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) bytes += depth > 0 ? folderSize(inner, depth - 1) : 0;
    else if (entry.isFile()) bytes += statSync(inner, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
