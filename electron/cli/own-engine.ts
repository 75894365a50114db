import { createEngine } from '../engine-core.ts';
import { startHost } from '../host/host.ts';
import type { Connection } from './connection.ts';

/** How long another command that talks to this engine may take to finish once this one is done. */
const GUEST_PATIENCE_MS = 5000;

/** Runs an engine in this process and makes it reachable for other commands on the same workspace. */
export async function openEngine(workspace: string): Promise<Connection> {
  const engine = await createEngine({ workspace });
  const host = await startHost({ engine });
  engine.publish({ url: host.url, token: host.token });
  return {
    client: engine.client,
    async close() {
      await host.close(GUEST_PATIENCE_MS);
      await engine.close();
    },
  };
}
