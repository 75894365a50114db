import { useSyncExternalStore } from 'react';
import { connection } from './api.ts';
import type { ConnectionState } from './connection-state.ts';

/** How the page stands with the engine, followed. */
export const useConnection = (): ConnectionState => useSyncExternalStore(connection.subscribe, connection.state);
