/** How the page stands with the engine: `lost` is tried again by itself. */
export type ConnectionState = 'connecting' | 'open' | 'lost';
