import type { WireError } from './errors.ts';

/** One message of the contract's protocol, as oRPC encodes it. */
export type Frame = string | Uint8Array;

/** What the process that started an engine tells it. A connection is one page (or one reload of it). */
export type MessageToEngine =
  | { readonly kind: 'opened'; readonly connection: string }
  | { readonly kind: 'frame'; readonly connection: string; readonly data: Frame }
  | { readonly kind: 'closed'; readonly connection: string }
  | { readonly kind: 'stop' };

/** What an engine tells the process that started it. */
export type MessageFromEngine =
  | { readonly kind: 'ready'; readonly url: string; readonly token: string }
  | { readonly kind: 'failed'; readonly error: WireError }
  | { readonly kind: 'frame'; readonly connection: string; readonly data: Frame };
