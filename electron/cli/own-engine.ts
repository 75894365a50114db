import { createEngine } from '../engine-core.ts';
import { startHost } from '../host/host.ts';
import type { Connection } from './connection.ts';

/** From then on it is said that other commands, which talk to this engine, are waited for once this one is done. */
const TOLD_AFTER_MS = 1000;

/** Runs an engine in this process and makes it reachable for other commands on the same workspace. */
export async function openEngine(workspace: string): Promise<Connection> {
  const engine = await createEngine({ workspace });
  const host = await startHost({ engine });
  engine.publish({ url: host.url, token: host.token });
  return {
    client: engine.client,
    isLost: () => false,
    async close(onWaiting) {
      // Their work is done here: it would end with this process.
      const timer = setTimeout(() => onWaiting?.(), TOLD_AFTER_MS);
      await host.close(Number.POSITIVE_INFINITY);
      clearTimeout(timer);
      await engine.close();
    },
  };
}
