import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { RPCHandler as SocketHandler } from '@orpc/server/ws';
import type { WebSocket } from 'ws';
import type { Contract } from '../shared/contract/contract.ts';
import { createRouter } from './api/router.ts';
import type { HostedEngine } from './host/host.ts';
import type { PortAcceptor, RelayedPort } from './host/ipc-relay.ts';
import { JobRunner } from './jobs/job-runner.ts';
import { programVersion } from './program-files.ts';
import { createServices, type Services } from './services/services.ts';
import { Workspace } from './store/workspace.ts';

export interface Engine extends HostedEngine, PortAcceptor {
  readonly services: Services;
  /** The contract's calls in this process. */
  readonly client: ContractRouterClient<Contract>;
  /** Tells other processes how to reach this engine. */
  publish(endpoint: { readonly url: string; readonly token: string }): void;
  close(): Promise<void>;
}

/** Opens a workspace and puts services and contract over it. Knows nothing of processes, windows or networks. */
export async function createEngine({ workspace: folder }: { readonly workspace: string }): Promise<Engine> {
  const workspace = await Workspace.open(folder);
  try {
    const jobs = new JobRunner(workspace);
    workspace.collectGarbage();
    let client: ContractRouterClient<Contract> | undefined;
    const services = createServices({
      workspace,
      jobs,
      version: programVersion(),
      client: () => {
        if (!client) throw new Error('The engine is not ready yet.');
        return client;
      },
    });
    const router = createRouter(services);
    client = createRouterClient(router);
    const ports = new PortHandler(router);
    const sockets = new SocketHandler(router);
    services.system.rememberOpening();
    return {
      services,
      client,
      uploadsFolder: workspace.folder('uploads'),
      exportsFolder: workspace.folder('exports'),
      attachPort: (port: RelayedPort) => ports.upgrade(port),
      attachWebSocket: (socket: WebSocket) => void sockets.upgrade(socket),
      publish: ({ url, token }) => workspace.publishEndpoint({ pid: process.pid, url, token }),
      async close() {
        await jobs.close();
        await services.close();
        workspace.close();
      },
    };
  } catch (error) {
    workspace.close();
    throw error;
  }
}
