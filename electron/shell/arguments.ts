import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** The workspace a window opens: named on the command line, by the environment, else a folder in the user's documents. */
export function workspaceOf(argv: readonly string[], environment: NodeJS.ProcessEnv, documents: string): string {
  const { values } = parseArgs({ args: [...argv], options: { workspace: { type: 'string' } }, strict: false });
  if (typeof values.workspace === 'string') return values.workspace;
  return environment.DRYDOCK_WORKSPACE ?? join(documents, 'Drydock');
}
